import * as tf from '@tensorflow/tfjs-core';
import { sampleStraightThrough } from '../../tensor/operations';
import type { NamedShapes, NamedTensors } from '../../tensor/program';
import { multilayerPerceptron } from '../layers';

/** The MLP that all policies and critics share, for a fair comparison (paper section 4.1). */
export interface PerceptronArchitecture {
  hiddenLayers: number;
  hiddenUnits: number;
}

export function perceptronShapes(
  name: string,
  { hiddenLayers, hiddenUnits }: PerceptronArchitecture,
  inputs: number,
  outputs: number,
): NamedShapes {
  const shapes: Record<string, readonly number[]> = {};
  let width = inputs;
  for (let layer = 0; layer < hiddenLayers; layer++) {
    shapes[`${name}/${layer}/weight`] = [width, hiddenUnits];
    shapes[`${name}/${layer}/bias`] = [hiddenUnits];
    width = hiddenUnits;
  }
  shapes[`${name}/head/weight`] = [width, outputs];
  shapes[`${name}/head/bias`] = [outputs];
  return shapes;
}

/** Action logits `[rows, actions]` for model states or embeddings `[rows, features]`. */
export function actionLogits(
  parameters: NamedTensors,
  { hiddenLayers }: PerceptronArchitecture,
  inputs: tf.Tensor,
): tf.Tensor2D {
  return multilayerPerceptron(parameters, 'actor', hiddenLayers, inputs) as tf.Tensor2D;
}

/** State values `[rows]`; `name` is `critic` or `targetCritic`. */
export function stateValues(
  parameters: NamedTensors,
  name: 'critic' | 'targetCritic',
  { hiddenLayers }: PerceptronArchitecture,
  inputs: tf.Tensor,
): tf.Tensor1D {
  return tf.reshape(multilayerPerceptron(parameters, name, hiddenLayers, inputs), [-1]) as tf.Tensor1D;
}

/** One-hot actions `[rows, actions]` drawn with `uniform` `[rows, 1]`. */
export function sampleActions(logits: tf.Tensor2D, uniform: tf.Tensor2D): tf.Tensor2D {
  return sampleStraightThrough(tf.softmax(logits), uniform);
}

/** H(π) `[rows]`, in nats. */
export function policyEntropy(logits: tf.Tensor2D): tf.Tensor1D {
  const logProbabilities = tf.logSoftmax(logits);
  return tf.neg(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)) as tf.Tensor1D;
}

/** log π(a) `[rows]` of one-hot actions. */
export function actionLogProbabilities(logits: tf.Tensor2D, actions: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.mul(tf.logSoftmax(logits), actions), 1) as tf.Tensor1D;
}

/**
 * How well action logits `[rows, actions]` agree with the actions taken, int32 `[rows]`: the mean negative
 * log-likelihood in nats, and the share of rows whose most likely action was taken.
 */
export function agreement(
  logits: tf.Tensor2D,
  taken: tf.Tensor1D,
): { negativeLogLikelihood: tf.Scalar; actionAccuracy: tf.Scalar } {
  const oneHot = tf.oneHot(taken, logits.shape[1], 1, 0, 'float32') as tf.Tensor2D;
  return {
    negativeLogLikelihood: tf.neg(tf.mean(actionLogProbabilities(logits, oneHot))),
    actionAccuracy: tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), taken), 'float32')),
  };
}
