import type { GraphBuilder } from './graph';
import { FloatAttributes } from './graph-node';
import { placeOf } from './kernels/permute';
import { SUM } from './own-operators';

/**
 * The sum of a value, or of the products of two, by our own operator; nothing if it cannot take the axes.
 * @param names of the value or of both
 * @param sizes of the values as they lie in memory
 * @param over the axes that are summed over
 * @param shape of the sum
 * @param factor what the sum is multiplied with
 */
export function sumAlong(
  graph: GraphBuilder,
  names: readonly string[],
  sizes: readonly number[],
  over: readonly number[],
  shape: readonly number[],
  factor = 1,
): string | undefined {
  const runs = alternating(sizes, over);
  if (!runs) return undefined;
  const places = names.map((name) => placeOf(graph, name));
  return graph.node(
    SUM,
    places.map(({ name }) => name),
    {
      sizes: runs,
      offsets: places.map(({ offset }) => offset),
      shape,
      factor: new FloatAttributes([factor]),
    },
  );
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
