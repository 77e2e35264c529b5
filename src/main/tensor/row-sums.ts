import type { GraphBuilder } from './graph';
import { sumAlong } from './own-sum';

/**
 * The sum of all rows of a matrix, `[rows, columns]`: `[columns]`. On CUDA ONNX Runtime adds them up in whatever order its
 * threads come, so that no two runs are the same; a product with ones has one order.
 */
export function sumOfRows(graph: GraphBuilder, matrix: string, rows: number, columns: number): string {
  if (graph.target.hasOwnOperators) return sumAlong(graph, [matrix], [rows, columns], [0], [columns])!;
  if (graph.target.device !== 'cuda')
    return graph.node('ReduceSum', [matrix, graph.integers([0])], { keepdims: 0 });
  const ones = graph.constant(new Float32Array(rows).fill(1), [1, rows], 'float32');
  // Not in half precision, in which products may be.
  const [sum] = graph.nodeWithOutputs('MatMul', [ones, matrix], 1, {});
  return graph.node('Reshape', [sum!, graph.integers([columns])]);
}
