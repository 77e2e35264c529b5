import * as tf from '@tensorflow/tfjs-core';
import { inverseNormal } from '../../../tensor/operations';
import type { Distribution } from './distribution';
import { logDensity } from './normal';

/** As DreamerV2 has it: means before the tanh between -5 and 5, deviations from 0.1 up. */
const LARGEST_MEAN = 5;
const SMALLEST_DEVIATION = 0.1;
/** Actions nearer to a bound than this count as this near: the bound itself is the tanh of no number. */
const TINY = 1e-6;

/**
 * The tanh of a normal distribution: it never reaches the bounds, and may be likeliest near both of them at once. The head
 * is means and deviations before they are brought into their ranges.
 */
export const tanhNormal = (components: number): Distribution => ({
  headSize: 2 * components,
  noiseSize: components,
  sample: (head, uniform) => {
    const { mean, deviation } = parts(head);
    return tf.tanh(tf.add(mean, tf.mul(deviation, inverseNormal(uniform)))) as tf.Tensor2D;
  },
  preferred: (head) => tf.tanh(parts(head).mean) as tf.Tensor2D,
  // log N(x) - log(1 - a²), with a = tanh(x).
  logProbability: (head, actions) => {
    const { mean, deviation } = parts(head);
    const inside = tf.clipByValue(actions, TINY - 1, 1 - TINY);
    const before = tf.mul(0.5, tf.log(tf.div(tf.add(1, inside), tf.sub(1, inside))));
    return tf.sum(tf.sub(logDensity(before, mean, deviation), logSlope(before)), 1);
  },
  // H(N) + E[log(1 - tanh(x)²)]
  entropy: (head) => {
    const { mean, deviation } = parts(head);
    const whole = tf.add(tf.log(deviation), 0.5 * Math.log(2 * Math.PI * Math.E));
    const slopes = NODES.map(({ place, weight }) =>
      tf.mul(weight, logSlope(tf.add(mean, tf.mul(place, deviation)))),
    );
    return tf.sum(tf.add(whole, tf.addN(slopes)), 1);
  },
});

function parts(head: tf.Tensor2D) {
  const [rawMean, rawDeviation] = tf.split(head, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return {
    mean: tf.mul(LARGEST_MEAN, tf.tanh(tf.mul(1 / LARGEST_MEAN, rawMean))),
    deviation: tf.add(tf.softplus(rawDeviation), SMALLEST_DEVIATION),
  };
}

/** log(1 - tanh(x)²), without the difference of nearly equal numbers. */
const logSlope = (x: tf.Tensor): tf.Tensor =>
  tf.mul(2, tf.sub(Math.LN2, tf.add(x, tf.softplus(tf.mul(-2, x)))));

/**
 * The expectation over a normal distribution has no closed form. The trapezoidal rule on these nodes, in deviations from
 * the mean, converges exponentially for functions as smooth as `logSlope`.
 */
const SPACING = 0.5;
const NODES = Array.from({ length: 25 }, (_, index) => {
  const place = (index - 12) * SPACING;
  return { place, weight: (SPACING / Math.sqrt(2 * Math.PI)) * Math.exp(-(place ** 2) / 2) };
});
