import * as tf from '@tensorflow/tfjs-core';
import { layerNormalization, mostlyZero, sampleStraightThrough, stopGradient } from '../../operations';
import { check, floats, positives, type KernelCase, type KernelCases } from './kernel-case';

/** What is below a half taken out of all columns but the first five: dense numbers, then mostly zeros. */
function mostlyZeroFrom5(x: tf.Tensor): tf.Tensor2D {
  const [rows, columns] = x.shape as [number, number];
  const kept = tf.greater(
    stopGradient(x),
    tf.concat([tf.fill([rows, 5], -10), tf.fill([rows, columns - 5], 0.5)], 1),
  );
  return mostlyZero(tf.where(kept, x, 0) as tf.Tensor2D, 5);
}

/** Products with what is mostly zero, of all rows and of some, at several time steps and once, into whole blocks or not. */
const sparse: KernelCase = check(
  [floats(7, 40), floats(3, 40), floats(40, 48), floats(48), floats(40, 3)],
  (x, y, w, b, v) => {
    const [first, second] = [mostlyZeroFrom5(x), mostlyZeroFrom5(y)];
    const all = tf.concat([first, second], 0);
    const steps = [first, second].map((rows) => tf.tanh(tf.add(tf.matMul(rows, w as tf.Tensor2D), b)));
    const some = tf.matMul(tf.slice(all, [1, 0], [8, -1]) as tf.Tensor2D, w as tf.Tensor2D);
    return [
      ...steps,
      some,
      tf.matMul(all as tf.Tensor2D, v as tf.Tensor2D),
      tf.matMul(first, tf.ones([7, 4]), true),
    ];
  },
);

/** Rows of whole vectors of numbers, of less, and of more, few and many. */
const normalizations = [
  [6, 32],
  [3, 5],
  [700, 75],
] as const;

const normalization = ([rows, columns]: readonly [number, number]): KernelCase =>
  check([floats(rows, columns), floats(columns), floats(columns)], (x, scale, offset) =>
    layerNormalization(x, scale, offset, 1e-3),
  );

const samples = ([rows, classes]: readonly [number, number]): KernelCase =>
  check([floats(rows, classes), positives(rows, 1)], (x, uniform) =>
    // From a tenth to one, which no sum exceeds.
    sampleStraightThrough(
      tf.softmax(tf.mul(x, 3)) as tf.Tensor2D,
      tf.minimum(tf.div(uniform, 2), 1) as tf.Tensor2D,
    ),
  );

export const ownCases: KernelCases = {
  LayerNormalizationGradient: normalizations.map(normalization),
  MostlyZero: [sparse],
  SampleOneHot: [...normalizations, [4, 1] as const].map(samples),
};
