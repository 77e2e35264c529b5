import { elementCount } from '../element-count';

/** What is known of a graph's values while it is written. */
export interface GraphValues {
  /** Of values of float32, where known. */
  shapeOf(name: string): readonly number[] | undefined;
  /** The numbers of a constant, if they are few. */
  constantOf(name: string): readonly number[] | undefined;
}

/** The shape that two broadcast to. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    return left === 1 ? right : left;
  });
}

/** The shape that a reshape of so many elements leads to; nothing if it cannot be told. */
export function reshaped(target: readonly number[], elements: number): readonly number[] | undefined {
  const known = elementCount(target.filter((size) => size !== -1));
  const shape = target.map((size) => (size === -1 ? elements / known : size));
  return elementCount(shape) === elements ? shape : undefined;
}

/**
 * Along which axes a value of shape `own` is read where it broadcasts to `shape`: size, period, stride and what lies between
 * (see `kernels/permute.ts`) of each; none if all elements are there.
 */
export function broadcastReading(shape: readonly number[], own: readonly number[]): number[] {
  const axes: { size: number; stride: number }[] = [];
  let elements = 1;
  for (let axis = 1; axis <= shape.length; axis++) {
    const size = shape.at(-axis)!;
    const length = own.at(-axis) ?? 1;
    const stride = length === 1 ? 0 : elements;
    elements *= length;
    if (size === 1) continue;
    const inner = axes[0];
    if (inner && stride === inner.stride * inner.size) inner.size *= size;
    else axes.unshift({ size, stride });
  }
  if (axes.length === 0 || (axes.length === 1 && axes[0]!.stride === 1)) return [];
  return axes.flatMap(({ size, stride }) => [size, size, stride, 0]);
}
