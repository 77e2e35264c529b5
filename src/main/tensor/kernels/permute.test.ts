import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph';
import { elementCount } from '../program';
import { permute } from './permute';

/** Large enough to be moved in runs, but for the last ones. */
const cases: { split: number[]; perm: number[]; inRuns: boolean }[] = [
  { split: [4, 8, 2, 90, 16], perm: [2, 0, 3, 1, 4], inRuns: true },
  { split: [6, 16, 1, 100, 16], perm: [2, 0, 3, 1, 4], inRuns: true },
  { split: [40, 2, 2, 5, 6, 16], perm: [0, 3, 1, 4, 2, 5], inRuns: true },
  { split: [70, 4, 16, 4, 2, 2], perm: [0, 2, 1, 3, 4, 5], inRuns: true },
  { split: [3, 5, 4096, 2], perm: [1, 0, 2, 3], inRuns: true },
  { split: [3, 5, 4096, 2], perm: [0, 1, 3, 2], inRuns: false },
  { split: [3, 5, 40, 4], perm: [1, 0, 2, 3], inRuns: false },
];

describe('permuted axes', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test.each(cases)('$split by $perm', async ({ split, perm, inRuns }) => {
    const length = elementCount(split);
    const values = Float32Array.from({ length }, (_, index) => index);
    const graph = new GraphBuilder();
    const permuted = permute(graph, graph.input('x', [length], 'float32'), split, perm, [length]);
    graph.output('y', permuted, [length], 'float32');
    expect(graph.operatorCounts()).toMatchObject(inRuns ? { Gather: 1 } : { Transpose: 1 });
    const session = await ort.InferenceSession.create(graph.encode('permute'));
    const { y } = await session.run({ x: new ort.Tensor('float32', values, [length]) });
    await session.release();
    const expected = tf.tidy(() => tf.transpose(tf.tensor(values, split), perm).dataSync());
    expect(y!.data).toEqual(expected);
  });
});
