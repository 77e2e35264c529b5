import * as tf from '@tensorflow/tfjs-core';
import { mostlyZero, sampleStraightThrough } from '../../tensor/operations';
import type { NamedTensors } from '../../tensor/program';
import { gatedRecurrentUnit, linear, normalizedElu } from '../layers';
import type { WorldModelArchitecture } from './architecture';

/** The model state s = (h, z) of the paper's eq. 10. */
export interface LatentState {
  /** h `[batch, deterministicSize]` */
  deterministic: tf.Tensor;
  /** z, one-hot per variable, flat: `[batch, stochasticVariables * stochasticClasses]` */
  stochastic: tf.Tensor;
}

/** (h, z) side by side `[batch, h + z]`. */
export function features(state: LatentState): tf.Tensor2D {
  const joined = tf.concat([state.deterministic, state.stochastic], 1) as tf.Tensor2D;
  return mostlyZero(joined, state.deterministic.shape[1]);
}

/**
 * h_t = f(s_{t-1}, a_{t-1}).
 * @param actionTerm `[batch, hidden]`, from `projectActions`
 */
export function nextDeterministic(
  parameters: NamedTensors,
  state: LatentState,
  actionTerm: tf.Tensor,
): tf.Tensor {
  const stochasticTerm = tf.matMul(
    mostlyZero(state.stochastic as tf.Tensor2D),
    parameters['input/stochastic/weight']!,
  );
  const joined = tf.add(stochasticTerm, actionTerm);
  const hidden = normalizedElu(parameters, 'input/norm', joined);
  return gatedRecurrentUnit(parameters, 'recurrence', hidden, state.deterministic);
}

/**
 * The actions' share of the recurrent input, and its bias, for all time steps in one product. `[rows, actions]` to
 * `[rows, hidden]`.
 */
export function projectActions(parameters: NamedTensors, actions: tf.Tensor): tf.Tensor {
  return tf.add(linear(parameters, 'input/action', actions), parameters['input/stochastic/bias']!);
}

/**
 * The embeddings' share of the posterior's input, and its bias, for all time steps in one product. `[rows, e]` to
 * `[rows, hidden]`.
 */
export function projectEmbeddings(parameters: NamedTensors, embeddings: tf.Tensor): tf.Tensor {
  return tf.add(linear(parameters, 'posterior/embedding', embeddings), parameters['posterior/state/bias']!);
}

/** Logits of p(ẑ_t | h_t), flat `[rows, variables * classes]`. */
export function priorLogits(parameters: NamedTensors, deterministic: tf.Tensor): tf.Tensor {
  const hidden = normalizedElu(parameters, 'prior/norm', linear(parameters, 'prior/hidden', deterministic));
  return linear(parameters, 'prior/logits', hidden);
}

/**
 * Logits of q(z_t | h_t, x_t), flat `[rows, variables * classes]`.
 * @param embeddingTerm `[rows, hidden]`, from `projectEmbeddings`
 */
export function posteriorLogits(
  parameters: NamedTensors,
  deterministic: tf.Tensor,
  embeddingTerm: tf.Tensor,
): tf.Tensor {
  const stateTerm = tf.matMul(deterministic, parameters['posterior/state/weight']!);
  const joined = tf.add(stateTerm, embeddingTerm);
  return linear(parameters, 'posterior/logits', normalizedElu(parameters, 'posterior/norm', joined));
}

/**
 * A straight-through sample of z.
 * @param logits `[batch, variables * classes]`
 * @param uniform in [0, 1), one number per variable: `[batch, variables]` or `[batch * variables, 1]`
 * @returns `[batch, variables * classes]`
 */
export function sampleStochastic(
  architecture: Pick<WorldModelArchitecture, 'stochasticVariables' | 'stochasticClasses'>,
  logits: tf.Tensor,
  uniform: tf.Tensor,
): tf.Tensor {
  const { stochasticVariables: variables, stochasticClasses: classes } = architecture;
  const batch = logits.shape[0]!;
  const probabilities = tf.softmax(tf.reshape(logits, [batch * variables, classes])) as tf.Tensor2D;
  const noise = tf.reshape(uniform, [batch * variables, 1]) as tf.Tensor2D;
  return tf.reshape(sampleStraightThrough(probabilities, noise), [batch, variables * classes]);
}
