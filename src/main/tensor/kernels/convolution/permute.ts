import type { GraphBuilder } from '../../graph';

/** `name` as `split`, its axes permuted, as `shape`. */
export function permute(
  graph: GraphBuilder,
  name: string,
  split: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): string {
  const parts = graph.node('Reshape', [name, graph.integers(split)]);
  return graph.node('Reshape', [graph.node('Transpose', [parts], { perm }), graph.integers(shape)]);
}
