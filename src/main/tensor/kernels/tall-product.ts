import type { GraphBuilder } from '../graph';

/**
 * `leftᵀ · right` of two matrices with very many rows, `[pieces, rows, left]` and `[pieces, rows, right]` summed over
 * pieces and rows: `[left, right]`. It is one product for a CPU, and for CUDA's library, which shares the rows out. Through
 * WebGPU each tile of the small result goes to one group of the GPU's cores, so the others would wait: there each piece is a
 * product of its own, and their results are added.
 */
export function tallProduct(
  graph: GraphBuilder,
  operands: { left: string; right: string },
  size: { pieces: number; rows: number; left: number; right: number },
): string {
  const { pieces, rows, left, right } = size;
  const reshape = (value: string, shape: number[]): string =>
    graph.node('Reshape', [value, graph.integers(shape)]);
  if (graph.target.device !== 'gpu') {
    const matrices = [
      reshape(operands.left, [pieces * rows, left]),
      reshape(operands.right, [pieces * rows, right]),
    ];
    return graph.node('Gemm', matrices, { transA: 1 });
  }
  const across = graph.node('Transpose', [reshape(operands.left, [pieces, rows, left])], { perm: [0, 2, 1] });
  const products = graph.node('MatMul', [across, reshape(operands.right, [pieces, rows, right])]);
  return graph.node('ReduceSum', [products, graph.integers([0])], { keepdims: 0 });
}
