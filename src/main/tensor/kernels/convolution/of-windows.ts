import type { GraphBuilder } from '../../graph';
import { result, type LoweringCall } from '../../lowering';
import type { TracedValue } from '../../traced-value';
import { permute } from '../permute';
import { acceptingBias } from './accepting-bias';
import type { Conv2DInfo } from './geometry';
import { cutWindows, tapCounts, windows } from './windows';

/**
 * Convolutions as matrix products on channels-last images: one for each tap of the folded filter, added up. Through WebGPU
 * ONNX Runtime's products are several times as fast as its convolutions.
 */

/** CUDA's library has no quick convolution of so few channels. */
const FEW_CHANNELS = 4;

/** A product of fewer columns leaves parts of a GPU's groups of cores idle. */
const MANY_COLUMNS = 32;

export function canConvolve({ target }: GraphBuilder, info: Conv2DInfo): boolean {
  if (target.device === 'cuda') return info.inChannels < FEW_CHANNELS;
  return (
    target.device === 'gpu' &&
    !process.env['CONV'] &&
    info.outChannels >= MANY_COLUMNS &&
    blockOf(info) >= MANY_COLUMNS
  );
}

export const canTakeInputGradient = ({ target }: GraphBuilder, info: Conv2DInfo): boolean =>
  target.device === 'gpu' &&
  !process.env['CONV'] &&
  info.outChannels >= MANY_COLUMNS &&
  blockOf(info) >= MANY_COLUMNS;

/** How many numbers a block of pixels has. */
const blockOf = ({ strideHeight, strideWidth, inChannels }: Conv2DInfo): number =>
  strideHeight * strideWidth * inChannels;

/** Below, what all taps see is put together for one product. */
const FEW_INPUTS = 128;

export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const weights = tapWeights(graph, filter, info);
  const seen = windows(graph, x, info);
  const joined = seen.length * weights.inputs <= FEW_INPUTS;
  const factors = joined
    ? [{ left: graph.node('Concat', seen, { axis: 3 }), right: weights.all }]
    : seen.map((left, tap) => ({ left, right: weights.ofTap(tap) }));
  const rows = factors.map(({ left, right }) => ({
    left: graph.node('Reshape', [
      left,
      graph.integers([-1, joined ? seen.length * weights.inputs : weights.inputs]),
    ]),
    right,
  }));
  return acceptingBias((...bias) => {
    const products = rows.map(({ left, right }, index) =>
      graph.node('Gemm', [left, right, ...(index === 0 ? bias : [])]),
    );
    const sum = products.reduce((total, product) => graph.node('Add', [total, product]));
    return result(call, graph.node('Reshape', [sum, graph.integers(info.outShape)]), info.outShape);
  });
}

/**
 * The gradient with respect to the input, which is also the forward pass of a transposed convolution: each block of pixels
 * is the sum of the output gradients whose taps have seen it, each times the tap's weights.
 */
export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { batchSize, outHeight, outWidth, outChannels, inChannels, strideHeight, strideWidth } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const [down, across] = [tapsDown - 1, tapsAcross - 1];
  const amounts = graph.integers([0, down, across, 0, 0, down, across, 0]);
  const padded = down + across > 0 ? graph.node('Pad', [dy.name(), amounts, graph.float(0)]) : dy.name();
  const [rows, columns] = [outHeight + down, outWidth + across];
  const weights = tapWeights(graph, filter, info);
  const products = cutWindows(graph, padded, { tapsDown, tapsAcross, height: rows, width: columns })
    .reverse()
    .map((window, tap) => {
      const gradients = graph.node('Reshape', [window, graph.integers([-1, outChannels])]);
      return graph.node('Gemm', [gradients, weights.ofTap(tap)], { transB: 1 });
    });
  const sum = products.reduce((total, product) => graph.node('Add', [total, product]));
  const split = [batchSize, rows, columns, strideHeight, strideWidth, inChannels];
  const [height, width] = [rows * strideHeight, columns * strideWidth];
  const images = permute(graph, sum, split, [0, 1, 3, 2, 4, 5], [batchSize, height, width, inChannels]);
  return result(call, fit(graph, images, height, width, info), info.inShape);
}

/** Without what was padding, and with zeros where no tap has been. */
function fit(graph: GraphBuilder, images: string, height: number, width: number, info: Conv2DInfo): string {
  const { top, left } = info.padInfo;
  const bottom = info.inHeight + top - height;
  const right = info.inWidth + left - width;
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return images;
  const amounts = graph.integers([0, -top, -left, 0, 0, bottom, right, 0]);
  return graph.node('Pad', [images, amounts, graph.float(0)]);
}

/** The filter's weights by taps, each `[stride * stride * in, out]`; where a tap has none, zeros. */
function tapWeights(graph: GraphBuilder, filter: TracedValue, info: Conv2DInfo) {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const missing = [tapsDown * strideHeight - filterHeight, tapsAcross * strideWidth - filterWidth];
  const amounts = graph.integers([0, 0, 0, 0, ...missing, 0, 0]);
  const isWhole = missing.every((count) => count === 0);
  const whole = isWhole ? filter.name() : graph.node('Pad', [filter.name(), amounts, graph.float(0)]);
  const inputs = blockOf(info);
  const split = [tapsDown, strideHeight, tapsAcross, strideWidth, inChannels, outChannels];
  const shape = [tapsDown * tapsAcross * inputs, outChannels];
  const all = permute(graph, whole, split, [0, 2, 1, 3, 4, 5], shape);
  const ofTap = (tap: number): string => {
    if (tapsDown * tapsAcross === 1) return all;
    const bounds = [[tap * inputs], [(tap + 1) * inputs], [0]].map((values) => graph.integers(values));
    return graph.node('Slice', [all, ...bounds]);
  };
  return { inputs, all, ofTap };
}
