import type { GraphBuilder } from './graph';
import { permute } from './kernels/permute';

/**
 * How a batch of images lies in memory. TF.js has channels `last`, `[batch, height, width, channels]`, ONNX's
 * convolutions have them `first`. `blocked` is NCHWc, `[batch, channels / block, height, width, block]`, which ONNX
 * Runtime's fastest convolutions on CPUs read and write; in the graph its declared shape is that of `first`.
 */
export type ImageLayout = 'last' | 'first' | 'blocked';

/** ONNX Runtime's own operators on blocked images. */
export const blockedOperator = (operator: 'Conv' | 'ReorderInput' | 'ReorderOutput'): string =>
  `com.microsoft.nchwc:${operator}`;

/** Whether images of that many channels can be blocked in this graph. */
export function canBlock(graph: GraphBuilder, channels: number): boolean {
  return graph.target.channelBlock !== undefined && channels % graph.target.channelBlock === 0;
}

/** Whether the channels are fewer than a block: blocked convolutions read such images as they are, channels first. */
export function isBelowBlock(graph: GraphBuilder, channels: number): boolean {
  return channels < (graph.target.channelBlock ?? 0);
}

/**
 * The graph's name for images in another layout.
 * @param shape `[batch, height, width, channels]`
 */
export function convertLayout(
  graph: GraphBuilder,
  name: string,
  shape: readonly number[],
  from: ImageLayout,
  to: ImageLayout,
): string {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const target = to === 'last' ? shape : [batch, channels, height, width];
  const reshaped = (): string => graph.node('Reshape', [name, graph.integers(target)]);
  // One block of channels is all of them, at every pixel.
  if (channels === graph.target.channelBlock && from !== 'first' && to !== 'first') return reshaped();
  if (to === 'blocked') {
    return graph.node(blockedOperator('ReorderInput'), [name], { channels_last: Number(from === 'last') });
  }
  if (from === 'blocked') {
    const attributes = { channels, channels_last: Number(to === 'last') };
    return graph.node(blockedOperator('ReorderOutput'), [name], attributes);
  }
  // With one channel or one pixel the two layouts hold the same numbers in the same order: a reshape does.
  if (channels === 1 || height * width === 1) return reshaped();
  const given = to === 'last' ? [batch, channels, height, width] : shape;
  const perm = to === 'last' ? [0, 2, 3, 1] : [0, 3, 1, 2];
  if (graph.target.hasOwnOperators) return permute(graph, name, given, perm, target);
  return graph.node('Transpose', [name], { perm });
}
