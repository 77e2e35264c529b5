import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../tensor/program';
import { multilayerPerceptron } from '../layers';
import type { PerceptronArchitecture } from './policy';

/** `wgan-gp`: Gulrajani et al. 2017, eq. 3; `r1`: Mescheder et al. 2018, eq. 9. */
export type GradientPenalty = 'none' | 'wgan-gp' | 'r1';

/** Keeps the root's derivative finite where the gradient is zero. */
const TINY = 1e-12;

/** Logits of D, the probability that an input is the expert's: `[rows]` for `[rows, inputs]`. */
export function discriminatorLogits(
  parameters: NamedTensors,
  { hiddenLayers }: PerceptronArchitecture,
  inputs: tf.Tensor,
): tf.Tensor1D {
  return tf.reshape(
    multilayerPerceptron(parameters, 'discriminator', hiddenLayers, inputs),
    [-1],
  ) as tf.Tensor1D;
}

/**
 * A penalty on the gradient of the logit by the input; differentiable itself, as autodiff is applied twice:
 * - `wgan-gp`: the mean of (|∇| - 1)², between agent and expert;
 * - `r1`: half the mean of |∇|², on the expert.
 * @param pairs what the discriminator judges, both `[rows, inputs]`
 * @param interpolation `[rows, 1]` in [0, 1): the expert's share
 */
export function gradientPenalty(
  kind: GradientPenalty,
  parameters: NamedTensors,
  architecture: PerceptronArchitecture,
  { expert, agent }: { expert: tf.Tensor2D; agent: tf.Tensor2D },
  interpolation: tf.Tensor,
): tf.Scalar {
  if (kind === 'none') return tf.scalar(0);
  const gradient = tf.grad((inputs: tf.Tensor) =>
    tf.sum(discriminatorLogits(parameters, architecture, inputs)),
  );
  if (kind === 'r1') return tf.mul(0.5, tf.mean(squaredNorms(gradient(expert))));
  const between = tf.add(agent, tf.mul(interpolation, tf.sub(expert, agent)));
  const norms = tf.sqrt(tf.add(squaredNorms(gradient(between)), TINY));
  return tf.mean(tf.square(tf.sub(norms, 1)));
}

const squaredNorms = (rows: tf.Tensor): tf.Tensor => tf.sum(tf.square(rows), 1);
