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

/** Layers of matrices, then of the rows of all or some of them: what is known of the parts is not computed again. */
const rowsOfParts: KernelCase = check(
  [floats(2, 3), floats(1, 3), floats(3, 3), floats(3, 4), floats(4), floats(4, 3)],
  (a, b, c, w, bias, w2) => {
    const layers = (x: tf.Tensor): tf.Tensor => tf.matMul(tf.relu(tf.add(tf.matMul(x, w), bias)), w2);
    const parts = [a, b, c].map(layers);
    const rows = tf.concat([a, b, c], 0);
    const some = tf.slice(rows, [1, 0], [3, 3]);
    return [
      ...parts,
      layers(rows),
      layers(tf.slice(rows, [2, 0], [4, 3])),
      layers(tf.slice(rows, [2, 0], [1, 3])),
      layers(some),
      tf.relu(tf.add(tf.matMul(rows, w), tf.mul(bias, 2))),
      tf.add(tf.matMul(rows, w), tf.ones([6, 4])),
    ];
  },
);

/** Products with something of their own size added, or one that broadcasts otherwise. */
const addends: KernelCase = check(
  [floats(2, 3), floats(3, 4), floats(2, 4), floats(1, 4), floats(2, 1)],
  (x, w, full, row, column) => {
    const product = tf.matMul(x, w);
    const sums = [full, row, column].map((addend) => tf.add(product, addend));
    return [...sums, tf.add(full, product), tf.add(product, product), tf.sub(full, tf.neg(product))];
  },
);

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
    rowsOfParts,
    addends,
  ],
  Cumsum: cumulativeSums,
};
