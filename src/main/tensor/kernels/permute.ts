import type { GraphBuilder } from '../graph';
import { READING } from '../own-operators';
import { elementCount } from '../element-count';

/** Fewer elements are moved in less time than it takes to share them out between threads. */
const FEW_ELEMENTS = 65_536;
/** Shorter runs of elements are moved one by one. */
const SHORTEST_RUN = 4;

/** How a value is read along one axis of the result. */
export interface ReadingAxis {
  size: number;
  /** How far apart neighbours are where they are read. */
  stride: number;
  /** If there is one: that many neighbours, and the next ones begin `between` further than these began. */
  period?: number;
  between?: number;
}

/** Runs of elements that are put in another order. */
export interface Runs {
  /** How often the same is done with all runs that follow. */
  times: number;
  /** The runs that are there each time, and the elements of each. */
  runs: number;
  length: number;
  /** In which order they come, strides in runs; some may be left out or come twice. */
  axes: readonly ReadingAxis[];
}

/** `name` as `split`, its axes permuted, as `shape`. */
export function permute(
  graph: GraphBuilder,
  name: string,
  split: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): string {
  if (keepsOrder(split, perm)) return graph.node('Reshape', [name, graph.integers(shape)]);
  if (graph.target.hasOwnOperators) {
    const axes = perm.map((axis) => ({ size: split[axis]!, stride: elementCount(split.slice(axis + 1)) }));
    return readAlong(graph, name, axes, shape);
  }
  const runs = graph.target.device === 'cpu' ? movedRuns(split, perm) : undefined;
  if (runs) return moveRuns(graph, name, runs, shape);
  const parts = graph.node('Reshape', [name, graph.integers(split)]);
  return graph.node('Reshape', [graph.node('Transpose', [parts], { perm }), graph.integers(shape)]);
}

/** Whether a permutation moves none of the elements: axes of one element may go anywhere. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const axes = perm.filter((axis) => shape[axis] !== 1);
  return axes.every((axis, index) => index === 0 || axis > axes[index - 1]!);
}

/** `name` with its runs in another order, as `shape`. ONNX Runtime shares this out between threads, but never a Transpose. */
export function moveRuns(
  graph: GraphBuilder,
  name: string,
  { times, runs, length, axes }: Runs,
  shape: readonly number[],
): string {
  if (graph.target.hasOwnOperators) {
    const inElements = axes.map(({ stride, between = 0, ...axis }) => ({
      ...axis,
      stride: stride * length,
      between: between * length,
    }));
    const outer = { size: times, stride: runs * length };
    return readAlong(graph, name, [outer, ...inElements, { size: length, stride: 1 }], shape);
  }
  const order = runStarts(axes);
  const split = graph.node('Reshape', [name, graph.integers([times, runs, length])]);
  const indices = graph.constant(order, [order.length], 'int32');
  return graph.node('Reshape', [graph.node('Gather', [split, indices], { axis: 1 }), graph.integers(shape)]);
}

/** A part of a value of that shape, as our own operators read it. */
export function readPart(
  graph: GraphBuilder,
  name: string,
  shape: readonly number[],
  begin: readonly number[],
  sizes: readonly number[],
): string {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const offset = strides.reduce((sum, stride, axis) => sum + stride * begin[axis]!, 0);
  const axes = sizes.map((size, axis) => ({ size, stride: strides[axis]! }));
  return readAlong(graph, name, axes, sizes, offset);
}

/** Where a value lies within another one, of which it is a part in one piece, for operators that can begin there. */
export function placeOf(graph: GraphBuilder, name: string): { name: string; offset: number } {
  const maker = graph.makerOf(name);
  if (maker?.operator !== READING) return { name, offset: 0 };
  const { axes, offset } = maker.attributes as Record<'axes' | 'offset', number[]>;
  return axes!.length === 0 ? { name: maker.inputs[0]!, offset: offset![0]! } : { name, offset: 0 };
}

/** Read by our own operator, or by what is computed with it. */
function readAlong(
  graph: GraphBuilder,
  name: string,
  axes: readonly ReadingAxis[],
  shape: readonly number[],
  offset = 0,
): string {
  const numbers = merged(axes).flatMap(({ size, stride, period = size, between = 0 }) => [
    size,
    period,
    stride,
    between,
  ]);
  const read = graph.node(READING, [name], { axes: numbers, offset: [offset], shape });
  graph.declare(read, shape);
  return read;
}

/** Without axes of one element, and with neighbours made one that are read like one; none if all elements are there in order. */
function merged(axes: readonly ReadingAxis[]): ReadingAxis[] {
  const merged: ReadingAxis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = merged.at(-1);
    const isPlain = outer && outer.period === undefined && axis.period === undefined;
    if (isPlain && outer.stride === axis.stride * axis.size) {
      merged[merged.length - 1] = { size: outer.size * axis.size, stride: axis.stride };
    } else merged.push(axis);
  }
  const isWhole = merged.length === 1 && merged[0]!.stride === 1 && merged[0]!.period === undefined;
  return isWhole ? [] : merged;
}

/** A permutation that moves something, but leaves the last axes alone: it moves whole runs of elements. */
function movedRuns(split: readonly number[], perm: readonly number[]): Runs | undefined {
  const axes = perm.filter((axis) => split[axis] !== 1);
  const sorted = axes.toSorted((a, b) => a - b);
  const first = axes.findIndex((axis, index) => axis !== sorted[index]);
  const last = axes.findLastIndex((axis, index) => axis !== sorted[index]);
  const sizes = sorted.map((axis) => split[axis]!);
  const length = elementCount(sizes.slice(last + 1));
  if (length < SHORTEST_RUN || elementCount(sizes) < FEW_ELEMENTS) return undefined;
  const moving = sorted.slice(first, last + 1);
  const strideOf = (axis: number): number =>
    elementCount(moving.filter((other) => other > axis).map((other) => split[other]!));
  const moved = axes.slice(first, last + 1).map((axis) => ({ size: split[axis]!, stride: strideOf(axis) }));
  const runs = elementCount(moving.map((axis) => split[axis]!));
  return { times: elementCount(sizes.slice(0, first)), runs, length, axes: moved };
}

/** Where the runs along axes start, in order; the first axis is outermost. In loops, as they are millions. */
function runStarts(axes: readonly ReadingAxis[]): Int32Array {
  return axes.reduce<Int32Array>((starts, { size, stride, period = size, between = 0 }) => {
    const next = new Int32Array(starts.length * size);
    let index = 0;
    for (const start of starts) {
      for (let step = 0; step < size; step++)
        next[index++] = start + (step % period) * stride + Math.floor(step / period) * between;
    }
    return next;
  }, Int32Array.of(0));
}
