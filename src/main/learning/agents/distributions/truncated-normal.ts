import * as tf from '@tensorflow/tfjs-core';
import { inverseNormal } from '../../../tensor/operations';
import type { Distribution } from './distribution';
import { logDensity, normalCumulative, normalDensity } from './normal';

/** As DreamerV2 has it for continuous control: deviations lie between 0.1 and 2.1. */
const SMALLEST_DEVIATION = 0.1;
const DEVIATION_RANGE = 2;

/**
 * A normal distribution cut to [-1, 1], the default of DreamerV2 (Hafner et al. 2021): of all that lies beyond the bounds
 * nothing is left, so that actions at a bound have a finite density. The head is means and deviations before they are
 * brought into their ranges.
 */
export const truncatedNormal = (components: number): Distribution => ({
  headSize: 2 * components,
  noiseSize: components,
  sample: (head, uniform) => {
    const { mean, deviation, below, mass } = parts(head);
    // The quantile function, so that the gradient of the sample is exact.
    const quantile = inverseNormal(tf.add(below, tf.mul(uniform, mass)));
    return tf.clipByValue(tf.add(mean, tf.mul(deviation, quantile)), -1, 1) as tf.Tensor2D;
  },
  preferred: (head) => parts(head).mean,
  logProbability: (head, actions) => {
    const { mean, deviation, mass } = parts(head);
    return tf.sum(tf.sub(logDensity(actions, mean, deviation), tf.log(mass)), 1);
  },
  // ln(σ Z √(2πe)) + (α φ(α) - β φ(β)) / 2Z, with the bounds α and β in deviations from the mean.
  entropy: (head) => {
    const { deviation, lower, upper, mass } = parts(head);
    const edges = tf.sub(tf.mul(lower, normalDensity(lower)), tf.mul(upper, normalDensity(upper)));
    const whole = tf.add(tf.log(tf.mul(deviation, mass)), 0.5 * Math.log(2 * Math.PI * Math.E));
    return tf.sum(tf.add(whole, tf.div(edges, tf.mul(2, mass))), 1);
  },
});

/** Each `[rows, components]`. */
function parts(head: tf.Tensor2D) {
  const [rawMean, rawDeviation] = tf.split(head, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const mean = tf.tanh(rawMean);
  const deviation = tf.add(
    tf.mul(DEVIATION_RANGE, tf.sigmoid(tf.mul(0.5, rawDeviation))),
    SMALLEST_DEVIATION,
  );
  const lower = tf.div(tf.sub(-1, mean), deviation);
  const upper = tf.div(tf.sub(1, mean), deviation);
  const below = normalCumulative(lower);
  /** Z, the probability that is left: the mean lies between the bounds, so never less than a third. */
  const mass = tf.sub(normalCumulative(upper), below);
  return { mean, deviation, lower, upper, below, mass };
}
