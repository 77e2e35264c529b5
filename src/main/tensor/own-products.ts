import type { GraphBuilder, GraphTarget } from './graph';
import { placeOf } from './kernels/permute';
import { PRODUCT, TRANSPOSED_PRODUCT } from './own-operators';

interface ProductSizes {
  rows: number;
  columns: number;
  /** Of these columns the first ones; the others are mostly zero. */
  dense: number;
  /** Columns of the other matrix. */
  out: number;
}

/** Whether our own products, which take whole vectors, can have that many columns. */
export const takesColumns = ({ hasOwnOperators, channelBlock }: GraphTarget, out: number): boolean =>
  hasOwnOperators === true && channelBlock !== undefined && out % channelBlock === 0;

/**
 * `[rows, columns]` times `[columns, out]`: `[rows, out]`.
 * @param bias one vector `[out]` or none
 * @param rectifies whether what is below zero becomes zero
 */
export function ownProduct(
  graph: GraphBuilder,
  [left, right]: readonly [string, string],
  { rows, columns, dense, out }: ProductSizes,
  bias: readonly string[],
  rectifies: boolean,
): string {
  const { name, offset } = placeOf(graph, left);
  return graph.node(PRODUCT, [name, right, ...bias], {
    sizes: [rows, columns, dense, out, offset],
    has_addend: [bias.length],
    rectifies: [Number(rectifies)],
  });
}

/** The transposed `[rows, columns]` times `[rows, out]`: `[columns, out]`. */
export function ownTransposedProduct(
  graph: GraphBuilder,
  [left, right]: readonly [string, string],
  { rows, columns, dense, out }: ProductSizes,
): string {
  const { name, offset } = placeOf(graph, left);
  const sizes = [rows, columns, dense, out, offset];
  return graph.node(TRANSPOSED_PRODUCT, [name, right], { sizes });
}
