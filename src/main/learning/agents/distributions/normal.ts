import * as tf from '@tensorflow/tfjs-core';

/** log of the normal density at x. */
export function logDensity(x: tf.Tensor, mean: tf.Tensor, deviation: tf.Tensor): tf.Tensor {
  const standardized = tf.div(tf.sub(x, mean), deviation);
  const exponent = tf.mul(-0.5, tf.square(standardized));
  return tf.sub(tf.sub(exponent, tf.log(deviation)), 0.5 * Math.log(2 * Math.PI));
}

/** φ(x) */
export const normalDensity = (x: tf.Tensor): tf.Tensor =>
  tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x))));

/** Φ(x) */
export const normalCumulative = (x: tf.Tensor): tf.Tensor =>
  tf.mul(0.5, tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, x))));
