import type { GraphBuilder } from '../graph';

/** Fewer elements are moved in less time than it takes to share them out between threads. */
const FEW_ELEMENTS = 65_536;
/** Shorter runs of elements are moved one by one. */
const SHORTEST_RUN = 4;

/** `name` as `split`, its axes permuted, as `shape`. */
export function permute(
  graph: GraphBuilder,
  name: string,
  split: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): string {
  if (keepsOrder(split, perm)) return graph.node('Reshape', [name, graph.integers(shape)]);
  const runs = graph.target.device === 'cpu' ? movedRuns(split, perm) : undefined;
  if (runs) return gatherRuns(graph, name, runs, shape);
  const parts = graph.node('Reshape', [name, graph.integers(split)]);
  return graph.node('Reshape', [graph.node('Transpose', [parts], { perm }), graph.integers(shape)]);
}

/** Whether a permutation moves none of the elements: axes of one element may go anywhere. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const axes = perm.filter((axis) => shape[axis] !== 1);
  return axes.every((axis, index) => index === 0 || axis > axes[index - 1]!);
}

export interface Runs {
  /** What stays where it is, the runs that are moved, and the elements of each. */
  split: [number, number, number];
  /** Which run comes first, second, …; runs may be left out or come twice. */
  order: Int32Array;
}

/** `name` with its runs in another order, as `shape`. ONNX Runtime shares this out between threads, but never a Transpose. */
export function gatherRuns(
  graph: GraphBuilder,
  name: string,
  { split, order }: Runs,
  shape: readonly number[],
): string {
  const runs = graph.node('Reshape', [name, graph.integers(split)]);
  const indices = graph.constant(order, [order.length], 'int32');
  return graph.node('Reshape', [graph.node('Gather', [runs, indices], { axis: 1 }), graph.integers(shape)]);
}

/** A permutation that moves something, but leaves the last axes alone: it moves whole runs of elements. */
function movedRuns(split: readonly number[], perm: readonly number[]): Runs | undefined {
  const axes = perm.filter((axis) => split[axis] !== 1);
  const sorted = axes.toSorted((a, b) => a - b);
  const first = axes.findIndex((axis, index) => axis !== sorted[index]);
  const last = axes.findLastIndex((axis, index) => axis !== sorted[index]);
  const sizes = sorted.map((axis) => split[axis]!);
  const product = (of: readonly number[]): number => of.reduce((total, size) => total * size, 1);
  const run = product(sizes.slice(last + 1));
  if (run < SHORTEST_RUN || product(sizes) < FEW_ELEMENTS) return undefined;
  const moving = sorted.slice(first, last + 1);
  const strideOf = (axis: number): number =>
    product(moving.filter((other) => other > axis).map((other) => split[other]!));
  const order = runStarts(
    axes.slice(first, last + 1).map((axis) => ({ size: split[axis]!, stride: strideOf(axis) })),
  );
  return { split: [product(sizes.slice(0, first)), order.length, run], order };
}

/** Where the runs along axes start, in order; the first axis is outermost. In loops, as they are millions. */
function runStarts(axes: readonly { size: number; stride: number }[]): Int32Array {
  return axes.reduce<Int32Array>((starts, { size, stride }) => {
    const next = new Int32Array(starts.length * size);
    let index = 0;
    for (const start of starts) {
      for (let step = 0; step < size; step++) next[index++] = start + step * stride;
    }
    return next;
  }, Int32Array.of(0));
}
