import * as tf from '@tensorflow/tfjs-core';
import { check, checkForward, floats, type KernelCase, type KernelCases } from './kernel-case';

const TRANSPOSITIONS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** `[...batch, 2, 3] x [...batch, 3, 4]`, with either factor stored transposed. */
const products = (batch: number[]): KernelCase[] =>
  TRANSPOSITIONS.map(([transposeA, transposeB]) =>
    check(
      [
        floats(...batch, ...(transposeA ? [3, 2] : [2, 3])),
        floats(...batch, ...(transposeB ? [4, 3] : [3, 4])),
      ],
      (a, b) => tf.matMul(a, b, transposeA, transposeB),
    ),
  );

/** TF.js's own gradient is wrong where batches broadcast. */
const broadcastProducts: KernelCase[] = TRANSPOSITIONS.map(([transposeA, transposeB]) =>
  checkForward(
    [floats(1, ...(transposeA ? [3, 2] : [2, 3])), floats(5, ...(transposeB ? [4, 3] : [3, 4]))],
    (a, b) => tf.matMul(a, b, transposeA, transposeB),
  ),
);

/** A weight used at several time steps: its gradient is a sum of transposed products. */
const recurrent: KernelCase = check(
  [floats(2, 3), floats(3, 3), floats(3), floats(4, 2, 3)],
  (h, w, b, xs) => {
    let state = h;
    const states = tf.unstack(xs).map((x) => {
      state = tf.tanh(tf.add(tf.add(tf.matMul(state as tf.Tensor2D, w as tf.Tensor2D), b), x));
      return state;
    });
    return tf.stack(states);
  },
);

/** Products of different row counts, and one of them used on its own besides the sum. */
const joined: KernelCase = check([floats(2, 3), floats(2, 4), floats(5, 3), floats(5, 4)], (a, b, c, d) => {
  const first = tf.matMul(a, b, true);
  const second = tf.matMul(c, d, true);
  return [tf.add(first, second), tf.mul(first, 2), tf.add(tf.add(second, first), first)];
});

const joinedOtherwise: KernelCase = check([floats(2, 3), floats(2, 3), floats(3)], (a, b, c) => {
  const product = tf.matMul(a, b, true);
  return [
    tf.add(product, c),
    tf.add(product, tf.ones([3, 3])),
    tf.sub(product, product),
    tf.addN([product, product]),
  ];
});

/** TF.js's gradient is right along the last axis only. */
const cumulativeSums = [false, true].flatMap((exclusive) =>
  [false, true].flatMap((reverse) => [
    check([floats(3, 4)], (x) => tf.cumsum(x, 1, exclusive, reverse)),
    checkForward([floats(3, 4, 2)], (x) => [0, 1, 2].map((axis) => tf.cumsum(x, axis, exclusive, reverse))),
  ]),
);

export const linearAlgebraCases: KernelCases = {
  BatchMatMul: [
    ...products([]),
    ...products([1]),
    ...products([5]),
    ...products([2, 3]),
    ...broadcastProducts,
    check([floats(2, 3), floats(3, 4), floats(4)], (x, w, b) => tf.add(tf.matMul(x, w), b)),
    check([floats(2, 3)], (x) => tf.matMul(x, tf.ones([3, 4]))),
    check([floats(2, 3)], (x) => [tf.matMul(x, x, true), tf.matMul(x, x, false, true)]),
    check([floats(2, 3)], (x) => tf.matMul(tf.ones([2, 5]), x, true)),
    recurrent,
    joined,
    joinedOtherwise,
  ],
  Cumsum: cumulativeSums,
};
