import * as tf from '@tensorflow/tfjs-core';
import { check, checkForward, floats, image, imageInputs, integers, type KernelCases } from './kernel-case';

const PERMUTATIONS = [
  [0, 3, 1, 2],
  [3, 0, 1, 2],
  [0, 2, 1, 3],
  [1, 2, 3, 0],
];

/** Used where a kernel makes a constant: the constant meets something that is not one. */
const scaled = (x: tf.Tensor, constant: tf.Tensor): tf.Tensor => tf.mul(x, constant);

export const shapeCases: KernelCases = {
  Reshape: [
    check([floats(3, 4)], (x) => [tf.reshape(x, [2, 6]), tf.reshape(x, [-1]), tf.reshape(x, [3, 4])]),
    check([floats(1, 1)], (x) => tf.reshape(x, [])),
    check([floats(6)], (x) => scaled(x, tf.reshape(tf.fill([2, 3], 2), [6]))),
    check([floats(6)], (x) =>
      scaled(
        x,
        tf.reshape(
          tf.tensor2d([
            [1, 2, 3],
            [4, 5, 6],
          ]),
          [6],
        ),
      ),
    ),
    check(imageInputs, (x, f) => [tf.reshape(image(x, f), [2, -1]), tf.reshape(image(x, f), [2, 4, 3, 3])]),
  ],
  ExpandDims: [
    check([floats(3, 4)], (x) => [
      tf.expandDims(x, 0),
      tf.expandDims(x, 1),
      tf.expandDims(x, 2),
      tf.expandDims(x, -1),
    ]),
    check([floats(3, 4)], (x) =>
      tf.mul(tf.expandDims(tf.expandDims(x, -2), 0), tf.expandDims(tf.ones([4]), 0)),
    ),
    check(imageInputs, (x, f) => tf.expandDims(image(x, f), 1)),
  ],
  Transpose: [
    check([floats(3, 4)], (x) => tf.transpose(x)),
    check([floats(2, 3, 4)], (x) => [
      tf.transpose(x, [1, 0, 2]),
      tf.transpose(x, [2, 0, 1]),
      tf.transpose(x),
    ]),
    check([floats(2, 1, 4)], (x) => [tf.transpose(x, [1, 0, 2]), tf.transpose(x, [0, 2, 1])]),
    check(imageInputs, (x, f) => PERMUTATIONS.map((permutation) => tf.transpose(image(x, f), permutation))),
  ],
  Concat: [
    check([floats(2, 3), floats(2, 1)], (a, b) => tf.concat([a, b], 1)),
    check([floats(2, 3), floats(1, 3)], (a, b) => tf.concat([a, tf.ones([2, 3]), b, a], 0)),
    check([floats(2, 3, 2), floats(2, 3, 1)], (a, b) => tf.concat([a, b], -1)),
    check([floats(3), floats(2)], (a, b) => tf.concat([a, tf.zeros([0]), b])),
    check([...imageInputs, floats(2, 3, 4, 2)], (x, f, b) => tf.concat([image(x, f), b], 3)),
    check(imageInputs, (x, f) => [
      tf.concat([image(x, f), image(x, f)], 1),
      tf.concat([image(x, f), image(x, f)], 0),
    ]),
  ],
  Pack: [
    check([floats(2, 3), floats(2, 3)], (a, b) => [
      tf.stack([a, b]),
      tf.stack([a, b], 1),
      tf.stack([a, b], 2),
    ]),
    check([floats(2, 3), floats(2, 3)], (a, b) => [tf.stack([a, b], -1), tf.stack([a, b], -2)]),
    check([floats(), floats()], (a, b) => tf.stack([a, b, tf.scalar(2)])),
    check(imageInputs, (x, f) => tf.stack([image(x, f), tf.relu(image(x, f))])),
  ],
  Unpack: [
    check([floats(3, 2)], (x) => tf.unstack(x)),
    check([floats(3, 2, 4)], (x) => [...tf.unstack(x, 1), ...tf.unstack(x, -1)]),
    // TF.js's gradients of a single part fail.
    checkForward([floats(1, 3)], (x) => tf.unstack(x)),
    check(imageInputs, (x, f) => tf.unstack(image(x, f), 3)),
  ],
  SplitV: [
    check([floats(4, 6)], (x) => tf.split(x, 3, 1)),
    check([floats(4, 6)], (x) => [...tf.split(x, [1, 3], 0), ...tf.split(x, [2, 4], -1)]),
    check([floats(4, 6)], (x) => tf.split(x, [1, -1, 2], 0)),
    checkForward([floats(4, 6)], (x) => tf.split(x, 1, 1)),
    check(imageInputs, (x, f) => tf.split(image(x, f), [1, 2], 3)),
  ],
  Slice: [
    check([floats(4, 5)], (x) => [tf.slice(x, [1, 0], [2, -1]), tf.slice(x, [0, 2]), tf.slice(x, 1, 2)]),
    check([floats(4, 5)], (x) => tf.slice(x, [0, 0], [4, 5])),
    check([floats(3)], (x) => scaled(x, tf.slice(tf.fill([5], 2), [1], [3]))),
    check([floats(3)], (x) => scaled(x, tf.slice(tf.tensor1d([1, 2, 3, 4, 5]), [1], [3]))),
    check(imageInputs, (x, f) => tf.slice(image(x, f), [0, 1, 1, 0], [2, 2, 2, 2])),
  ],
  PadV2: [
    check([floats(2, 3)], (x) =>
      tf.pad(x, [
        [1, 0],
        [2, 3],
      ]),
    ),
    check([floats(2, 3)], (x) =>
      tf.pad(
        x,
        [
          [0, 1],
          [0, 0],
        ],
        0.5,
      ),
    ),
    check([floats(4)], (x) => scaled(x, tf.pad(tf.ones([2]), [[1, 1]]))),
    check(imageInputs, (x, f) =>
      tf.pad(image(x, f), [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 1],
      ]),
    ),
  ],
  Tile: [
    check([floats(2, 3)], (x) => [tf.tile(x, [2, 1]), tf.tile(x, [1, 3]), tf.tile(x, [2, 2])]),
    check([floats(4, 3)], (x) => scaled(x, tf.tile(tf.fill([2, 3], 2), [2, 1]))),
    check(imageInputs, (x, f) => tf.tile(image(x, f), [1, 2, 1, 1])),
  ],
  Fill: [
    check([floats(2, 3)], (x) => [scaled(x, tf.fill([3], 2)), tf.add(x, tf.fill([4, 2, 3], 0.5))]),
    checkForward([floats(2, 3)], () => [tf.fill([2, 2], 3), tf.fill([2], 3, 'int32'), tf.fill([], 1.5)]),
    checkForward([integers(5, 2)], (n) => tf.add(n, tf.fill([3, 2], 4, 'int32'))),
  ],
  ZerosLike: [
    check([floats(2, 3)], (x) => [tf.add(x, tf.zerosLike(x)), tf.zerosLike(x), tf.mul(x, tf.zerosLike(x))]),
    checkForward([integers(5, 2)], (n) => tf.add(n, tf.zerosLike(n))),
  ],
  OnesLike: [
    check([floats(2, 3)], (x) => [tf.sub(tf.onesLike(x), x), tf.onesLike(x), tf.mul(tf.onesLike(x), x)]),
    checkForward([integers(5, 2)], (n) => tf.add(n, tf.onesLike(n))),
  ],
  Identity: [
    check([floats(2, 3)], (x) => tf.clone(x)),
    check(imageInputs, (x, f) => [tf.clone(image(x, f)), image(x, f)]),
  ],
  GatherV2: [
    check([floats(4, 3), integers(4, 5)], (x, rows) => tf.gather(x, rows as tf.Tensor1D)),
    check([floats(3, 4, 2), integers(4, 6)], (x, columns) => tf.gather(x, columns as tf.Tensor1D, 1)),
    checkForward([floats(4, 3), integers(4, 2, 2)], (x, rows) => tf.gather(x, rows as tf.Tensor2D)),
  ],
  OneHot: [
    checkForward([integers(4, 6)], (n) => [
      tf.oneHot(n, 4),
      tf.oneHot(n, 3),
      tf.oneHot(n, 5, 1, 0, 'float32'),
    ]),
    checkForward([integers(4, 6)], (n) => tf.oneHot(tf.sub(n, tf.scalar(1, 'int32')), 3)),
    checkForward([integers(4, 2, 3)], (n) => tf.oneHot(n, 4)),
    check([integers(4, 6), floats(4, 2)], (n, w) => tf.matMul(tf.oneHot(n, 4, 1, 0, 'float32'), w)),
  ],
};
