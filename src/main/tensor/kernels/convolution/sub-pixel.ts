import type { GraphBuilder } from '../../graph';
import { blockedOperator, canBlock, isBelowBlock } from '../../image-layout';
import type { LoweringCall } from '../../lowering';
import type { TracedValue } from '../../traced-value';
import { acceptingBias } from './accepting-bias';
import { isPadded, type Conv2DInfo } from './geometry';
import { axes, cheapestAxes, type Axis } from './sub-pixel-axes';
import { blockedPhases, sharedPhases } from './sub-pixel-phases';

/**
 * Transposed convolutions, which are also the input gradients of convolutions, as sub-pixel convolutions (Shi et al. 2016)
 * on blocked images: pixel s q + r of the result sees only the taps r, s + r, 2 s + r, … of the filter, so the s phases
 * r of each axis are channels of one plain convolution, whose pixels are then put side by side.
 */
export function canBeSubPixel(graph: GraphBuilder, info: Conv2DInfo): boolean {
  const { inChannels, outChannels } = info;
  const few = isBelowBlock(graph, outChannels) && !canBlock(graph, inChannels);
  return !isPadded(info) && (canBlock(graph, outChannels) || few);
}

export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const isBlocked = canBlock(graph, info.inChannels);
  const { steps, down, across } = isBlocked ? axes(info, 1) : cheapestAxes(graph, info);
  const attributes = {
    strides: [steps, steps],
    kernel_shape: [down.window, across.window],
    pads: [down.pads[0], across.pads[0], down.pads[1], across.pads[1]],
  };
  const phases = (isBlocked ? blockedPhases : sharedPhases)(graph, info, down, across);
  const images = dy.nameIn(isBelowBlock(graph, info.outChannels) ? 'first' : 'blocked');
  const operands = [images, phases.filter(phaseTaps(graph, filter.name(), info, down, across))];
  return acceptingBias((...bias) => {
    const inputs = [...operands, ...bias.map((name) => phases.bias(name))];
    return phases.interleave(graph.node(blockedOperator('Conv'), inputs, attributes), call.kernel);
  });
}

/** What every phase has at every position of the window: `[phases, phases, window, window, in * out]`. */
function phaseTaps(graph: GraphBuilder, filter: string, info: Conv2DInfo, down: Axis, across: Axis): string {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const taps = filterHeight * filterWidth;
  const rows = graph.node('Reshape', [filter, graph.integers([taps, inChannels * outChannels])]);
  const withNone = graph.node('Pad', [rows, graph.integers([0, 0, 1, 0]), graph.float(0)]);
  const shape = [down.phases, across.phases, down.window, across.window];
  const indices: number[] = [];
  for (let phaseDown = 0; phaseDown < down.phases; phaseDown++) {
    for (let phaseAcross = 0; phaseAcross < across.phases; phaseAcross++) {
      for (let row = 0; row < down.window; row++) {
        for (let column = 0; column < across.window; column++) {
          const tapDown = down.tap(phaseDown, row);
          const tapAcross = across.tap(phaseAcross, column);
          const exists = tapDown !== undefined && tapAcross !== undefined;
          indices.push(exists ? tapDown * filterWidth + tapAcross : taps);
        }
      }
    }
  }
  return graph.node('Gather', [withNone, graph.constant(Int32Array.from(indices), shape, 'int32')], {
    axis: 0,
  });
}
