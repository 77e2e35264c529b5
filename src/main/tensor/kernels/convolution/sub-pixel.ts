import type { GraphBuilder } from '../../graph';
import { blockedOperator, canBlock, convertLayout } from '../../image-layout';
import type { LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { acceptingBias } from './accepting-bias';
import { permute } from './permute';
import { isPadded, type Conv2DInfo } from './geometry';

/**
 * Transposed convolutions, which are also the input gradients of convolutions, as sub-pixel convolutions (Shi et al. 2016)
 * on blocked images: pixel s q + r of the result sees only the taps r, s + r, 2 s + r, … of the filter, so the s phases
 * r of each axis are channels of one plain convolution, whose pixels are then put side by side.
 */
export function canBeSubPixel(graph: GraphBuilder, info: Conv2DInfo): boolean {
  const { inChannels, outChannels } = info;
  const few = isFew(graph, outChannels) && !canBlock(graph, inChannels);
  return !isPadded(info) && (canBlock(graph, outChannels) || few);
}

/** Images of less than a block of channels are convolved as they are, channels first. */
const isFew = ({ target }: GraphBuilder, channels: number): boolean => channels < (target.channelBlock ?? 0);

/** One axis. The convolution's every pixel makes `steps` times s pixels of the result, which are its phases. */
interface Axis {
  steps: number;
  phases: number;
  /** Taps of the convolution. */
  window: number;
  pixels: number;
  /** Zeros before and after. */
  pads: [number, number];
  /** The filter's tap that phase `phase` has at `position` of its window, or nothing. */
  tap(phase: number, position: number): number | undefined;
}

function axis(taps: number, stride: number, size: number, given: number, steps: number): Axis {
  const tapsOfPhase = Math.ceil(taps / stride);
  const pixels = Math.ceil(size / (steps * stride));
  return {
    steps,
    phases: steps * stride,
    window: tapsOfPhase + steps - 1,
    pixels,
    pads: [tapsOfPhase - 1, pixels * steps - given],
    tap: (phase, position) => {
      const distance = Math.floor(phase / stride) + tapsOfPhase - 1 - position;
      const tap = (phase % stride) + stride * distance;
      return distance >= 0 && tap < taps ? tap : undefined;
    },
  };
}

interface Axes {
  steps: number;
  down: Axis;
  across: Axis;
}

function axes(info: Conv2DInfo, steps: number): Axes {
  return {
    steps,
    down: axis(info.filterHeight, info.strideHeight, info.inHeight, info.outHeight, steps),
    across: axis(info.filterWidth, info.strideWidth, info.inWidth, info.outWidth, steps),
  };
}

/** One channel leaves most of a block empty unless more steps fill it, whose windows have more taps that meet zeros. */
function cheapestAxes(graph: GraphBuilder, info: Conv2DInfo): Axes {
  const multiplyAdds = ({ steps, down, across }: Axes): number =>
    (sharedChannels(graph, info, down, across) * down.window * across.window) / steps ** 2;
  const [one, two] = [axes(info, 1), axes(info, 2)];
  return multiplyAdds(one) <= multiplyAdds(two) ? one : two;
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
  const images = dy.nameIn(isFew(graph, info.outChannels) ? 'first' : 'blocked');
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

interface PhaseLowering {
  /** From `phaseTaps` to a blocked filter. */
  filter(taps: string): string;
  /** One value per channel to one per channel and phase. */
  bias(name: string): string;
  /** The convolution's pixels, put side by side. */
  interleave(name: string, producer: string): TracedValue;
}

/** The phases stand between the blocks of channels, so that whole blocks are moved. */
function blockedPhases(graph: GraphBuilder, info: Conv2DInfo, down: Axis, across: Axis): PhaseLowering {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info;
  const block = graph.target.channelBlock!;
  const blocks = inChannels / block;
  const phases = down.phases * across.phases;
  return {
    filter: (taps) =>
      permute(
        graph,
        taps,
        [phases, down.window, across.window, blocks, block, outChannels / block, block],
        [3, 0, 5, 1, 2, 6, 4],
        [inChannels * phases, outChannels, down.window, across.window],
      ),
    bias: (name) => {
      const perBlock = graph.node('Reshape', [name, graph.integers([blocks, 1, block])]);
      const repeated = graph.node('Expand', [perBlock, graph.integers([blocks, phases, block])]);
      return graph.node('Reshape', [repeated, graph.integers([-1])]);
    },
    interleave: (name, producer) => {
      // Pixel by pixel of the result, which phase's pixel it is: what the last phases have too many is left out.
      const source = Int32Array.from({ length: inHeight * inWidth }, (_, pixel) => {
        const row = Math.floor(pixel / inWidth);
        const column = pixel % inWidth;
        const phase = (row % down.phases) * across.phases + (column % across.phases);
        const place = Math.floor(row / down.phases) * across.pixels + Math.floor(column / across.phases);
        return phase * down.pixels * across.pixels + place;
      });
      const shape = [batchSize * blocks, phases * down.pixels * across.pixels, block];
      const pixels = graph.node(
        'Gather',
        [
          graph.node('Reshape', [name, graph.integers(shape)]),
          graph.constant(source, [source.length], 'int32'),
        ],
        { axis: 1 },
      );
      const images = graph.node('Reshape', [
        pixels,
        graph.integers([batchSize, inChannels, inHeight, inWidth]),
      ]);
      return TracedValue.images(graph, images, 'blocked', info.inShape, producer);
    },
  };
}

/** The channels of all phases, rounded up to whole blocks. */
function sharedChannels(
  { target }: GraphBuilder,
  { inChannels }: Conv2DInfo,
  down: Axis,
  across: Axis,
): number {
  const block = target.channelBlock!;
  return Math.ceil((down.phases * across.phases * inChannels) / block) * block;
}

/** The phases of images of a few channels share blocks, filled up with channels that nobody reads. */
function sharedPhases(graph: GraphBuilder, info: Conv2DInfo, down: Axis, across: Axis): PhaseLowering {
  const { inChannels, outChannels } = info;
  const block = graph.target.channelBlock!;
  const used = down.phases * across.phases * inChannels;
  const channels = sharedChannels(graph, info, down, across);
  const fill = (name: string, axes: number): string => {
    if (channels === used) return name;
    const amounts = Array<number>(2 * axes).fill(0);
    amounts[2 * axes - 1] = channels - used;
    return graph.node('Pad', [name, graph.integers(amounts), graph.float(0)]);
  };
  return {
    filter: (taps) => {
      const window = down.window * across.window;
      const split = [down.phases * across.phases, window, inChannels, outChannels];
      const byPhase = fill(permute(graph, taps, split, [3, 1, 0, 2], [outChannels * window, used]), 2);
      const shape = [channels, outChannels, down.window, across.window];
      if (isFew(graph, outChannels)) {
        const parts = [outChannels, window, channels / block, block];
        return permute(graph, byPhase, parts, [2, 0, 1, 3], shape);
      }
      const parts = [outChannels / block, block, window, channels / block, block];
      return permute(graph, byPhase, parts, [3, 0, 2, 1, 4], shape);
    },
    bias: (name) => fill(graph.node('Tile', [name, graph.integers([down.phases * across.phases])]), 1),
    interleave: (name, producer) => {
      const joined = sharedPixels(graph, name, info, down, across);
      return TracedValue.images(
        graph,
        crop(graph, joined, info, down, across),
        'last',
        info.inShape,
        producer,
      );
    },
  };
}

/** Of phases that share blocks: `[batch, rows * phases, columns * phases, channels]`. */
function sharedPixels(
  graph: GraphBuilder,
  name: string,
  { batchSize, inChannels }: Conv2DInfo,
  down: Axis,
  across: Axis,
): string {
  const block = graph.target.channelBlock!;
  const row = across.phases * inChannels;
  const rows = block / row;
  if (Number.isInteger(rows) && down.phases % rows === 0) {
    // Every block holds whole rows of phases.
    const blocks = down.phases / rows;
    const split = [batchSize, blocks, down.pixels, across.pixels, rows, row];
    const shape = [batchSize, down.pixels * down.phases, across.pixels * across.phases, inChannels];
    return permute(graph, name, split, [0, 2, 1, 4, 3, 5], shape);
  }
  const used = down.phases * row;
  const last = convertLayout(graph, name, [batchSize, down.pixels, across.pixels, used], 'blocked', 'last');
  const split = [batchSize, down.pixels, across.pixels, down.phases, across.phases, inChannels];
  return interleave(graph, last, split, [0, 1, 3, 2, 4, 5]);
}

/** Six axes, permuted, as four: the pairs in the middle become rows and columns. */
function interleave(graph: GraphBuilder, name: string, split: number[], perm: number[]): string {
  type Six = [number, number, number, number, number, number];
  const [images, row, phaseDown, column, phaseAcross, values] = perm.map((from) => split[from]) as Six;
  return permute(graph, name, split, perm, [images, row * phaseDown, column * phaseAcross, values]);
}

/** Axes 1 and 2 without the rows and columns that the last phases have too many. */
function crop(graph: GraphBuilder, name: string, info: Conv2DInfo, down: Axis, across: Axis): string {
  const { inHeight, inWidth } = info;
  if (down.pixels * down.phases === inHeight && across.pixels * across.phases === inWidth) return name;
  const ends = graph.integers([inHeight, inWidth]);
  return graph.node('Slice', [name, graph.integers([0, 0]), ends, graph.integers([1, 2])]);
}
