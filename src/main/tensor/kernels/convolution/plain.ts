import type { GraphBuilder } from '../../graph';
import { result, type LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { tallProduct } from '../tall-product';
import { acceptingBias } from './accepting-bias';
import { onnxAttributes, type Conv2DInfo } from './geometry';
import { permute } from '../permute';
import { tapCounts, windows } from './windows';

/** Convolutions of any shape in ONNX's own operators, on channels-first images. */

/** TF.js filters are `[height, width, in, out]`, ONNX's `[out, in, height, width]`. */
const onnxFilter = (graph: GraphBuilder, filter: TracedValue): string =>
  graph.node('Transpose', [filter.name()], { perm: [3, 2, 0, 1] });

export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const operands = [x.nameIn('first'), onnxFilter(call.graph, filter)];
  return acceptingBias((...bias) => {
    const name = call.graph.node('Conv', [...operands, ...bias], onnxAttributes(info));
    return TracedValue.images(call.graph, name, 'first', info.outShape, call.kernel);
  });
}

/** The gradient with respect to the input, which is also the forward pass of a transposed convolution. */
export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { top, left, bottom, right } = info.padInfo;
  // Rows and columns at the far edge that the strides of the forward pass never reached.
  const missed = [
    info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight - top - bottom),
    info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth - left - right),
  ];
  const operands = [dy.nameIn('first'), onnxFilter(call.graph, filter)];
  const attributes = { ...onnxAttributes(info), output_padding: missed };
  return acceptingBias((...bias) => {
    const name = call.graph.node('ConvTranspose', [...operands, ...bias], attributes);
    return TracedValue.images(call.graph, name, 'first', info.inShape, call.kernel);
  });
}

/**
 * The gradient with respect to the filter: for every tap of the filter the product of all input pixels that the tap has
 * seen with the output gradients they met. Folding each stride x stride block of pixels into the channels first turns
 * the strided taps into a few plain windows, whose rows are copied as one block, with one large product each. Other
 * lowerings were measured and lost: see `docs/performance.md`.
 */
export function filterGradient(
  call: LoweringCall,
  x: TracedValue,
  dy: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { strideHeight: sh, strideWidth: sw, outHeight, outWidth, inChannels, outChannels, batchSize } = info;
  const folded = sh * sw * inChannels;
  const size = { pieces: batchSize, rows: outHeight * outWidth, left: folded, right: outChannels };
  const taps = windows(graph, x, info).map((window) => {
    const product = tallProduct(graph, { left: window, right: dy.name() }, size);
    return graph.node('Reshape', [product, graph.integers([1, folded, outChannels])]);
  });
  return result(call, unfoldTaps(graph, taps, info), info.filterShape);
}

/** Puts the products of all taps, each `[1, stride * stride * in, out]`, in their places in the filter. */
function unfoldTaps(graph: GraphBuilder, taps: string[], info: Conv2DInfo): string {
  const { tapsDown, tapsAcross } = tapCounts(info);
  const { strideHeight: sh, strideWidth: sw, filterHeight, filterWidth, inChannels, outChannels } = info;
  const all = taps.length === 1 ? taps[0]! : graph.node('Concat', taps, { axis: 0 });
  const height = tapsDown * sh;
  const width = tapsAcross * sw;
  const split = [tapsDown, tapsAcross, sh, sw, inChannels, outChannels];
  const filter = permute(graph, all, split, [0, 2, 1, 3, 4, 5], [height, width, inChannels, outChannels]);
  if (height === filterHeight && width === filterWidth) return filter;
  const ends = graph.integers([filterHeight, filterWidth]);
  return graph.node('Slice', [filter, graph.integers([0, 0]), ends, graph.integers([0, 1])]);
}
