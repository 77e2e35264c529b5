import * as tf from '@tensorflow/tfjs-core';
import type { ContinuousDistribution } from '../../../shared/configuration/agent-fields';
import type { NamedShapes, NamedTensors } from '../../tensor/program';
import { multilayerPerceptron } from '../layers';
import { actionVectors, type ActionSize } from '../world-model/actions';
import { distributionOf, type ActionHead } from './distributions';

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

/** What of a policy can be chosen. */
export interface ActorSettings {
  perceptron: PerceptronArchitecture;
  /** Of continuous actions. */
  actionDistribution: ContinuousDistribution;
}

/** Everything that an actor's shapes depend on, beside what it sees. */
export interface ActorArchitecture extends ActorSettings, ActionSize {}

/** The actor of a world. */
export const actorOf = ({
  architecture: { actionKind, actions },
  perceptron,
  actionDistribution,
}: ActorSettings & { architecture: ActionSize }): ActorArchitecture => ({
  ...{ actionKind, actions, perceptron, actionDistribution },
});

export const actorShapes = (actor: ActorArchitecture, inputs: number): NamedShapes =>
  perceptronShapes('actor', actor.perceptron, inputs, distributionOf(actor).headSize);

/** The head `[rows, headSize]` of the policy's distribution, for model states or embeddings `[rows, features]`. */
export function actorHead(
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

/**
 * How well a policy agrees with the actions that were taken (as `actionInput` gives them): the mean negative
 * log-likelihood in nats; and the share of rows whose most likely action was taken if actions are discrete, else the mean
 * absolute difference of all components from the preferred action.
 */
export function agreement(
  space: ActionHead,
  head: tf.Tensor2D,
  taken: tf.Tensor,
): { negativeLogLikelihood: tf.Scalar; actionAccuracy?: tf.Scalar; actionError?: tf.Scalar } {
  const { logProbability, preferred } = distributionOf(space);
  const actions = actionVectors(space, taken);
  const negativeLogLikelihood = tf.neg(tf.mean(logProbability(head, actions))) as tf.Scalar;
  if (space.actionKind === 'continuous') {
    return { negativeLogLikelihood, actionError: tf.mean(tf.abs(tf.sub(preferred(head), actions))) };
  }
  return {
    negativeLogLikelihood,
    actionAccuracy: tf.mean(tf.cast(tf.equal(tf.argMax(head, 1), taken), 'float32')),
  };
}
