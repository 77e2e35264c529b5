import type { GraphBuilder } from './graph';
import { FloatAttributes } from './graph-node';
import { placeOf } from './kernels/permute';
import { SUM } from './own-operators';

/**
 * The sum of a value by our own operator; nothing if it cannot take the axes.
 * @param sizes of the value as it lies in memory
 * @param over the axes that are summed over
 * @param shape of the sum
 * @param options whether the value's squares are summed, and what the sum is multiplied with
 */
export function sumAlong(
  graph: GraphBuilder,
  name: string,
  sizes: readonly number[],
  over: readonly number[],
  shape: readonly number[],
  { squares = false, factor = 1 }: { squares?: boolean; factor?: number } = {},
): string | undefined {
  const runs = alternating(sizes, over);
  if (!runs) return undefined;
  const { name: source, offset } = placeOf(graph, name);
  const sum = graph.node(SUM, [source], {
    sizes: [...runs, offset],
    shape,
    squares: [Number(squares)],
    factor: new FloatAttributes([factor]),
  });
  graph.declare(sum, shape);
  return sum;
}

/** Neighbouring axes taken together, in turns those that are summed over and those that stay; nothing if that makes more than four. */
function alternating(sizes: readonly number[], over: readonly number[]): number[] | undefined {
  const runs = [1];
  sizes.forEach((size, axis) => {
    if (size === 1) return;
    const isSummed = over.includes(axis);
    if (isSummed === (runs.length % 2 === 1)) runs[runs.length - 1]! *= size;
    else runs.push(size);
  });
  if (runs.length > 4) return undefined;
  // What is summed over alone are rows: they can be shared out.
  if (runs.length === 1) return [1, 1, runs[0]!, 1];
  if (runs.length === 2) return [1, 1, ...runs];
  return [...runs, ...Array<number>(4 - runs.length).fill(1)];
}
