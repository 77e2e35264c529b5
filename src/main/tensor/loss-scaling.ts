import * as tf from '@tensorflow/tfjs-core';
import type { NamedShapes, NamedTensors, NamedValues } from './program';

/**
 * Dynamic loss scaling (Micikevicius et al. 2018): gradients in float16 would vanish below 6e-8, so the loss is multiplied
 * before it is differentiated, by as much as float16's range allows. Its largest power of two, times a gradient of 1, is
 * the start; the interval is that of PyTorch's GradScaler.
 */
const INITIAL_SCALE = 2 ** 15;
const GROWTH_INTERVAL = 2000;
const SMALLEST_SCALE = 1;
/** Anything that is compared with it is finite where it is smaller. */
const LARGEST_FLOAT = 3.4e38;

const SCALE = 'lossScaling/scale';
/** Steps since the scale was last changed. */
const GOOD_STEPS = 'lossScaling/goodSteps';
const SKIPPED_STEPS = 'lossScaling/skippedSteps';

/** State of the scaling, which is carried like any other. */
export const lossScalingShapes: NamedShapes = { [SCALE]: [], [GOOD_STEPS]: [], [SKIPPED_STEPS]: [] };

export const initialLossScaling = (): NamedValues => ({
  [SCALE]: Float32Array.of(INITIAL_SCALE),
  [GOOD_STEPS]: Float32Array.of(0),
  [SKIPPED_STEPS]: Float32Array.of(0),
});

/** What the loss is to be multiplied with. */
export const lossScale = (carried: NamedTensors): tf.Scalar => carried[SCALE] as tf.Scalar;

/** How many steps were not made, which Adam's bias correction does not count. @param carried as it was written or read */
export const skippedSteps = (carried: NamedValues): number => carried[SKIPPED_STEPS]?.[0] ?? 0;

/** Whether a step is to be made: not where a gradient has left the range of float16. @param norm of all gradients */
export const isFiniteNorm = (norm: tf.Scalar): tf.Tensor => tf.lessEqual(norm, LARGEST_FLOAT);

/** The same of a norm that has been read. */
export const wasMade = (norm: number): boolean => norm <= LARGEST_FLOAT;

/** The scaling after a step: half the scale where the step could not be made, twice after 2,000 that could. */
export function nextLossScaling(carried: NamedTensors, isFinite: tf.Tensor): NamedTensors {
  const scale = lossScale(carried);
  const goodSteps = tf.where(isFinite, tf.add(carried[GOOD_STEPS]!, 1), 0);
  const grows = tf.greaterEqual(goodSteps, GROWTH_INTERVAL);
  const shrunk = tf.maximum(tf.div(scale, 2), SMALLEST_SCALE);
  return {
    [SCALE]: tf.where(isFinite, tf.where(grows, tf.mul(scale, 2), scale), shrunk),
    [GOOD_STEPS]: tf.where(grows, 0, goodSteps),
    [SKIPPED_STEPS]: tf.add(carried[SKIPPED_STEPS]!, tf.where(isFinite, 0, 1)),
  };
}
