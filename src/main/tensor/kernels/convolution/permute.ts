import type { GraphBuilder } from '../../graph';

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
  const order = perm.filter((axis) => split[axis] !== 1);
  if (order.every((axis, index) => index === 0 || axis > order[index - 1]!))
    return graph.node('Reshape', [name, graph.integers(shape)]);
  const runs = graph.target.device === 'cpu' ? movedRuns(split, perm) : undefined;
  const parts = graph.node('Reshape', [name, graph.integers(runs ? runs.shape : split)]);
  const moved = runs
    ? graph.node('Gather', [parts, graph.constant(runs.order, [runs.order.length], 'int32')], { axis: 1 })
    : graph.node('Transpose', [parts], { perm });
  return graph.node('Reshape', [moved, graph.integers(shape)]);
}

interface Runs {
  /** What stays where it is, the runs that are moved, and the elements of each. */
  shape: [number, number, number];
  /** Which run comes first, second, ... */
  order: Int32Array;
}

/**
 * A permutation that leaves the last axes alone moves whole runs of elements, which is gathering rows: that, ONNX Runtime
 * shares out between threads, but never a Transpose.
 */
function movedRuns(split: readonly number[], perm: readonly number[]): Runs | undefined {
  const axes = perm.filter((axis) => split[axis] !== 1);
  const sorted = axes.toSorted((a, b) => a - b);
  const first = axes.findIndex((axis, index) => axis !== sorted[index]);
  const last = axes.findLastIndex((axis, index) => axis !== sorted[index]);
  const sizes = sorted.map((axis) => split[axis]!);
  const product = (of: readonly number[]): number => of.reduce((total, size) => total * size, 1);
  const run = product(sizes.slice(last + 1));
  if (first < 0 || run < SHORTEST_RUN || product(sizes) < FEW_ELEMENTS) return undefined;
  const moving = sorted.slice(first, last + 1);
  const strideOf = (axis: number): number =>
    product(moving.filter((other) => other > axis).map((other) => split[other]!));
  const order = axes.slice(first, last + 1).reduce<Int32Array>((starts, axis) => {
    const size = split[axis]!;
    const stride = strideOf(axis);
    return Int32Array.from(
      { length: starts.length * size },
      (_, index) => starts[Math.floor(index / size)]! + (index % size) * stride,
    );
  }, Int32Array.of(0));
  return { shape: [product(sizes.slice(0, first)), order.length, run], order };
}
