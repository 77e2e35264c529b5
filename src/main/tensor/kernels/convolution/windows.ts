import type { GraphBuilder } from '../../graph';
import type { TracedValue } from '../../traced-value';
import { permute } from '../permute';
import type { Conv2DInfo } from './geometry';

/*
 * Folding each stride x stride block of pixels into the channels turns the strided taps of a filter into fewer plain ones,
 * each of which sees one window of the blocks.
 */

/** How many blocks a filter covers. */
export const tapCounts = (info: Conv2DInfo): { tapsDown: number; tapsAcross: number } => ({
  tapsDown: Math.ceil(info.filterHeight / info.strideHeight),
  tapsAcross: Math.ceil(info.filterWidth / info.strideWidth),
});

/** What each tap sees: `[batch, output height, output width, stride * stride * channels]` each. */
export function windows(graph: GraphBuilder, x: TracedValue, info: Conv2DInfo): string[] {
  const { outHeight, outWidth } = info;
  const { tapsDown, tapsAcross } = tapCounts(info);
  const blocks = foldBlocks(graph, x, info, outHeight + tapsDown - 1, outWidth + tapsAcross - 1);
  const cut: string[] = [];
  for (let top = 0; top < tapsDown; top++) {
    for (let left = 0; left < tapsAcross; left++) {
      const ends = graph.integers([top + outHeight, left + outWidth]);
      cut.push(graph.node('Slice', [blocks, graph.integers([top, left]), ends, graph.integers([1, 2])]));
    }
  }
  return cut;
}

/** `[batch, height, width, channels]` as `[batch, rows, columns, stride * stride * channels]` blocks. */
function foldBlocks(
  graph: GraphBuilder,
  x: TracedValue,
  info: Conv2DInfo,
  rows: number,
  columns: number,
): string {
  const { strideHeight: sh, strideWidth: sw, batchSize, inChannels, inHeight, inWidth } = info;
  const { top, left } = info.padInfo;
  // Negative padding crops what no tap reaches.
  const bottom = rows * sh - inHeight - top;
  const right = columns * sw - inWidth - left;
  const padded = pad(graph, x, { top, left, bottom, right });
  if (sh === 1 && sw === 1) return padded;
  const split = [batchSize, rows, sh, columns, sw, inChannels];
  return permute(graph, padded, split, [0, 1, 3, 2, 4, 5], [batchSize, rows, columns, sh * sw * inChannels]);
}

type Edges = Record<'top' | 'left' | 'bottom' | 'right', number>;

/** ONNX Runtime's Pad takes ten times as long on CUDA as joining zeros to the far edges. */
function pad(graph: GraphBuilder, x: TracedValue, { top, left, bottom, right }: Edges): string {
  const amounts = [0, top, left, 0, 0, bottom, right, 0];
  if (amounts.every((amount) => amount === 0)) return x.name();
  const isFar = top === 0 && left === 0 && bottom > 0 && right > 0;
  if (graph.target.device !== 'cuda' || !isFar)
    return graph.node('Pad', [x.name(), graph.integers(amounts), graph.float(0)]);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const zeros = (...size: number[]): string =>
    graph.node('Expand', [graph.float(0), graph.integers([batch, ...size, channels])]);
  const lengthened = graph.node('Concat', [x.name(), zeros(bottom, width)], { axis: 1 });
  return graph.node('Concat', [lengthened, zeros(height + bottom, right)], { axis: 2 });
}
