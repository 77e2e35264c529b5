import type { GraphBuilder } from '../../graph';
import { result, type LoweringCall } from '../../lowering';
import type { TracedValue } from '../../traced-value';
import { permute } from '../permute';
import { acceptingBias } from './accepting-bias';
import type { Conv2DInfo } from './geometry';
import { tapCounts, windows } from './windows';

/**
 * Convolutions of images with few channels as one product of all that the filter sees: CUDA's library has no quick
 * convolution for them (6 of 50 ms of a `paper` step on an H200).
 */

const FEW_CHANNELS = 4;

/** Whether the channels are few and the filter is whole strides high and wide, so that no tap is left empty. */
export function canConvolve({ target }: GraphBuilder, info: Conv2DInfo): boolean {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels } = info;
  const isWhole = filterHeight % strideHeight === 0 && filterWidth % strideWidth === 0;
  return target.device === 'cuda' && isWhole && inChannels < FEW_CHANNELS;
}

export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const seen = filterHeight * filterWidth * inChannels;
  const columns = graph.node('Concat', windows(graph, x, info), { axis: 3 });
  const rows = graph.node('Reshape', [columns, graph.integers([-1, seen])]);
  const split = [tapsDown, strideHeight, tapsAcross, strideWidth, inChannels, outChannels];
  const weights = permute(graph, filter.name(), split, [0, 2, 1, 3, 4, 5], [seen, outChannels]);
  return acceptingBias((...bias) => {
    const product = graph.node('Gemm', [rows, weights, ...bias]);
    return result(call, graph.node('Reshape', [product, graph.integers(info.outShape)]), info.outShape);
  });
}
