import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../tensor/program';
import type { WorldModelArchitecture } from './architecture';
import {
  features,
  nextDeterministic,
  priorLogits,
  projectActions,
  sampleStochastic,
  type LatentState,
} from './recurrent-state-space';

/** A rollout in the model's prior: no observation is seen after the first state. */
export interface Dream {
  /** s_0 … s_H, each (h, z) `[batch, features]` */
  states: tf.Tensor2D[];
  /** a_0 … a_{H-1}, one-hot if discrete, each `[batch, actions]` */
  actions: tf.Tensor2D[];
}

/**
 * Unrolls a policy in the world model from given states.
 * @param start s_0
 * @param act the action, one-hot if discrete, for a state (h, z); called for steps 0 … horizon - 1
 * @param uniform noise for the prior's samples, one `[batch, variables]` per step
 */
export function dream(
  parameters: NamedTensors,
  architecture: WorldModelArchitecture,
  start: LatentState,
  act: (state: tf.Tensor2D, step: number) => tf.Tensor2D,
  uniform: tf.Tensor[],
): Dream {
  let state = start;
  const states = [features(state)];
  const actions: tf.Tensor2D[] = [];
  for (let step = 0; step < uniform.length; step++) {
    const action = act(states[step]!, step);
    const deterministic = nextDeterministic(parameters, state, projectActions(parameters, action));
    const logits = priorLogits(parameters, deterministic);
    state = { deterministic, stochastic: sampleStochastic(architecture, logits, uniform[step]!) };
    actions.push(action);
    states.push(features(state));
  }
  return { states, actions };
}

/** Splits model states (h, z) `[rows, features]` into their parts. */
export function splitFeatures(architecture: WorldModelArchitecture, rows: tf.Tensor): LatentState {
  const total = rows.shape[1]!;
  const size = architecture.deterministicSize;
  const [deterministic, stochastic] = tf.split(rows, [size, total - size], 1);
  return { deterministic: deterministic!, stochastic: stochastic! };
}
