import type { GraphBuilder } from '../../graph';
import { canBlock, isBelowBlock } from '../../image-layout';
import { result, type LoweringCall } from '../../lowering';
import { FILTER_GRADIENT, INPUT_GRADIENT } from '../../own-operators';
import { TracedValue } from '../../traced-value';
import { acceptingBias } from './accepting-bias';
import { isPadded, type Conv2DInfo } from './geometry';

/*
 * Gradients of convolutions by our own operators, on blocked images: neither images nor gradients have to be put in another
 * order first, as for the convolutions of ONNX Runtime that compute the same (`blocked.ts`, `sub-pixel.ts`).
 */

export function canTakeFilterGradient(graph: GraphBuilder, info: Conv2DInfo): boolean {
  const { inChannels, outChannels } = info;
  const fits =
    canBlock(graph, outChannels) && (canBlock(graph, inChannels) || isBelowBlock(graph, inChannels));
  return hasOperators(graph, info) && fits;
}

export function filterGradient(
  call: LoweringCall,
  x: TracedValue,
  dy: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const images = x.nameIn(isBelowBlock(graph, info.inChannels) ? 'last' : 'blocked');
  const geometry = geometryOf(info);
  const name = graph.node(FILTER_GRADIENT, [images, dy.nameIn('blocked')], { geometry });
  return result(call, name, info.filterShape);
}

export function canTakeInputGradient(graph: GraphBuilder, info: Conv2DInfo): boolean {
  return hasOperators(graph, info) && canBlock(graph, info.inChannels) && canBlock(graph, info.outChannels);
}

/** Also a transposed convolution, which takes a bias. */
export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const geometry = geometryOf(info);
  return acceptingBias((...bias) => {
    const operands = [dy.nameIn('blocked'), filter.name(), ...bias];
    const name = graph.node(INPUT_GRADIENT, operands, { geometry, has_bias: [bias.length] });
    return TracedValue.images(graph, name, 'blocked', info.inShape, call.kernel);
  });
}

const hasOperators = ({ target }: GraphBuilder, info: Conv2DInfo): boolean =>
  target.hasOwnOperators === true && !isPadded(info);

/** In the order of `Geometry` in `src/operators/geometry.h`. */
function geometryOf(info: Conv2DInfo): number[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const images = [batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels];
  return [...images, filterHeight, filterWidth, strideHeight, strideWidth];
}
