import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  checkForward,
  floats,
  image,
  imageInputs,
  integers,
  type KernelCase,
  type KernelCases,
} from './kernel-case';

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const IMAGE_AXES = [[1, 2], [0, 1, 2], [1, 2, 3], [0, 1, 2, 3], [3], [0], [1], [2, 3], [0, 3]];

function reductions(reduce: Reduction): KernelCase[] {
  return [
    check([floats(3, 4)], (x) => [
      reduce(x),
      reduce(x, 0),
      reduce(x, -1),
      reduce(x, [0, 1]),
      reduce(x, 1, true),
    ]),
    check([floats(2, 3, 4)], (x) => [reduce(x, [0, 2]), reduce(x, [0, 2], true), reduce(x, 1)]),
    check([floats()], (x) => reduce(x)),
    check([floats(3, 4)], (x) => tf.mul(x, reduce(tf.fill([3, 4], 0.5), 1, true))),
    check(imageInputs, (x, f) => IMAGE_AXES.map((axes) => reduce(image(x, f), axes))),
    check(imageInputs, (x, f) => IMAGE_AXES.map((axes) => reduce(image(x, f), axes, true))),
    checkForward([integers(9, 3, 4)], (x) => [reduce(x), reduce(x, 1)]),
  ];
}

const normalisers = (normalise: (x: tf.Tensor) => tf.Tensor): KernelCase[] => [
  check([floats(3, 4)], normalise),
  check([floats(5)], normalise),
  // Exponentials that underflow unless each row's own maximum is taken away first.
  check([floats(2, 3, 4)], (x) => normalise(tf.mul(x, 300))),
  check(imageInputs, (x, f) => normalise(image(x, f))),
];

export const reductionCases: KernelCases = {
  Sum: [
    ...reductions(tf.sum),
    check([floats(2, 3)], (x) => tf.sum(x, [])),
    checkForward([floats(2, 3)], (x) => tf.sum(tf.greater(x, 0), 1)),
  ],
  Mean: reductions(tf.mean),
  Max: [
    ...reductions(tf.max),
    ...normalisers((x) => tf.logSoftmax(x)),
    // Both of two equal maxima get the gradient.
    check([floats(3)], (x) => tf.max(tf.concat([x, x]))),
  ],
  Min: reductions(tf.min),
  Softmax: normalisers((x) => tf.softmax(x)),
  UnsortedSegmentSum: [
    check([floats(5, 3), integers(4, 5)], (x, rows) => tf.unsortedSegmentSum(x, rows as tf.Tensor1D, 4)),
    check([floats(5), integers(2, 5)], (x, rows) => tf.unsortedSegmentSum(x, rows as tf.Tensor1D, 6)),
    check([floats(5, 2, 3), integers(4, 5)], (x, rows) =>
      tf.unsortedSegmentSum(x, tf.sub(rows, tf.scalar(1, 'int32')) as tf.Tensor1D, 3),
    ),
  ],
  ArgMax: [
    checkForward([floats(3, 4)], (x) => [tf.argMax(x, 0), tf.argMax(x, 1), tf.argMax(x, -1)]),
    // The first of equal elements wins.
    checkForward([integers(2, 5, 6)], (x) => tf.argMax(x, 1)),
    checkForward(imageInputs, (x, f) => [tf.argMax(image(x, f), 3), tf.argMax(image(x, f), 1)]),
    check([floats(3, 4)], (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, 1), 1), 'float32'))),
  ],
};
