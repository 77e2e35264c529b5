import { result, type LoweringCall } from '../../lowering';
import type { TracedValue } from '../../traced-value';
import type { Conv2DInfo } from './geometry';

/** Convolutions whose filter covers the whole image: matrix products over `[batch, height * width * channels]` rows. */

function asMatrix({ graph }: LoweringCall, x: TracedValue, columns: number): string {
  return graph.node('Reshape', [x.name(), graph.integers([-1, columns])]);
}

const pixelsAndChannels = ({ inHeight, inWidth, inChannels }: Conv2DInfo): number =>
  inHeight * inWidth * inChannels;

function product(
  call: LoweringCall,
  a: string,
  b: string,
  transA: number,
  transB: number,
  shape: readonly number[],
) {
  const { graph } = call;
  const name = graph.node('Gemm', [a, b], { transA, transB });
  return result(call, graph.node('Reshape', [name, graph.integers(shape)]), shape);
}

export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const rows = asMatrix(call, x, pixelsAndChannels(info));
  return product(call, rows, asMatrix(call, filter, info.outChannels), 0, 0, info.outShape);
}

export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const rows = asMatrix(call, dy, info.outChannels);
  return product(call, rows, asMatrix(call, filter, info.outChannels), 0, 1, info.inShape);
}

export function filterGradient(
  call: LoweringCall,
  x: TracedValue,
  dy: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const rows = asMatrix(call, x, pixelsAndChannels(info));
  return product(call, rows, asMatrix(call, dy, info.outChannels), 1, 0, info.filterShape);
}
