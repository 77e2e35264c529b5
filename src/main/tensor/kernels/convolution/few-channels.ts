import type { GraphBuilder } from '../../graph';
import { result, type LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { permute } from '../permute';
import { acceptingBias } from './accepting-bias';
import { isPadded, type Conv2DInfo } from './geometry';
import { tapCounts, windows } from './windows';

/**
 * Convolutions of images with few channels, and transposed ones into them, as one product. CUDA's library has no quick
 * convolution for the former (6 of 50 ms of a `paper` step on an H200), and one for the latter whose results differ in
 * their last bits from run to run.
 */

const FEW_CHANNELS = 4;

/** Whether the channels are few and the filter is whole strides high and wide, so that no tap is left empty. */
export function canConvolve({ target }: GraphBuilder, info: Conv2DInfo): boolean {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels } = info;
  const isWhole = filterHeight % strideHeight === 0 && filterWidth % strideWidth === 0;
  return target.device === 'cuda' && isWhole && inChannels < FEW_CHANNELS;
}

/** Likewise of what goes back to them; it is taken to reach all of the image. */
export function canTakeInputGradient(graph: GraphBuilder, info: Conv2DInfo): boolean {
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, inHeight, inWidth } =
    info;
  const isReached =
    inHeight === (outHeight - 1) * strideHeight + filterHeight &&
    inWidth === (outWidth - 1) * strideWidth + filterWidth;
  return canConvolve(graph, info) && !isPadded(info) && isReached;
}

/** All that the filter sees of the images, times the filter. */
export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { filterHeight, filterWidth, inChannels } = info;
  const columns = graph.node('Concat', windows(graph, x, info), { axis: 3 });
  const rows = graph.node('Reshape', [
    columns,
    graph.integers([-1, filterHeight * filterWidth * inChannels]),
  ]);
  const weights = tapsByBlock(graph, filter, info);
  return acceptingBias((...bias) => {
    const product = graph.node('Gemm', [rows, weights, ...bias]);
    return result(call, graph.node('Reshape', [product, graph.integers(info.outShape)]), info.outShape);
  });
}

/**
 * The input gradient, which is also a transposed convolution: what each pixel gives to all pixels that the filter reaches
 * is one product, and what then lies on each other is added.
 */
export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { strideHeight, strideWidth, inChannels, outChannels, outHeight, outWidth, batchSize } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const block = strideHeight * strideWidth * inChannels;
  const weights = tapsByBlock(graph, filter, info);
  const pixels = graph.integers([batchSize, outChannels, outHeight * outWidth]);
  const given = graph.node('MatMul', [weights, graph.node('Reshape', [dy.nameIn('first'), pixels])]);
  const columns = outWidth + tapsAcross - 1;
  const rows = outHeight + tapsDown - 1;
  const inRows = overlapped(graph, given, [batchSize * tapsDown, tapsAcross, block * outHeight, outWidth]);
  const blocks = overlapped(graph, inRows, [batchSize, tapsDown, block, outHeight, columns]);
  const parts = [batchSize, strideHeight, strideWidth, inChannels, rows, columns];
  const shape = [batchSize, inChannels, info.inHeight, info.inWidth];
  const images = permute(graph, blocks, parts, [0, 3, 4, 1, 5, 2], shape);
  return TracedValue.images(graph, images, 'first', info.inShape, call.kernel);
}

/** The filter as a matrix, whose rows are ordered as `windows` folds the pixels: by block, then by place in the block. */
function tapsByBlock(graph: GraphBuilder, filter: TracedValue, info: Conv2DInfo): string {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const split = [tapsDown, strideHeight, tapsAcross, strideWidth, inChannels, outChannels];
  const shape = [filterHeight * filterWidth * inChannels, outChannels];
  return permute(graph, filter.name(), split, [0, 2, 1, 3, 4, 5], shape);
}

/** `[batch, taps, channels, pixels, …]` summed over the taps, each of which lies one pixel further than the one before. */
function overlapped(graph: GraphBuilder, name: string, shape: readonly number[]): string {
  const [batch, taps, channels, , ...rest] = shape as [number, number, number, number, ...number[]];
  const all = graph.node('Reshape', [name, graph.integers(shape)]);
  const zeros = (pixels: number): string[] =>
    pixels === 0
      ? []
      : [graph.node('Expand', [graph.float(0), graph.integers([batch, 1, channels, pixels, ...rest])])];
  const shifted = Array.from({ length: taps }, (_, tap) => {
    const bounds = [[tap], [tap + 1], [1]].map((values) => graph.integers(values));
    const one = graph.node('Slice', [all, ...bounds]);
    return graph.node('Concat', [...zeros(tap), one, ...zeros(taps - 1 - tap)], { axis: 3 });
  });
  return shifted.reduce((sum, next) => graph.node('Add', [sum, next]));
}
