import * as tf from '@tensorflow/tfjs-core';
import type { NamedShapes, NamedTensors } from '../../tensor/program';
import type { LossResult, TrainStepDefinition } from '../../tensor/train-step';
import { latentReward, nearestReward, type RewardMeasure } from '../rewards';
import { featureSize, recurrentShapes } from '../world-model/architecture';
import {
  actorCriticInputs,
  actorCriticLoss,
  actorCriticShapes,
  copiedTarget,
  imagine,
  type ActorCriticDefinition,
} from './actor-critic';

/**
 * DITTO (the paper's Algorithm 1, agent training): unroll the policy in the world model from expert latent states,
 * reward it at every step for how close its latent is to the expert's, and improve it with an actor-critic (eqs. 13 to
 * 16). Nothing here sees an environment or its rewards.
 */
export interface DittoDefinition extends ActorCriticDefinition {
  /** `max-cosine` is the paper's eq. 8 and the released code. */
  rewardMeasure: RewardMeasure;
  /** `same-step` compares with the expert's latent of the same step (eq. 8), `nearest` with all of them (eq. 7). */
  rewardMatch: 'same-step' | 'nearest';
  /**
   * Which part of the latent the reward compares: `full` (h, z), the paper's eq. 8, or `deterministic` (h), the
   * released code.
   */
  rewardLatent: 'full' | 'deterministic';
  /** |D_E|, all of the expert's latents; only the nearest match looks at them. */
  expertLatentCount: number;
}

/** One DITTO update. */
export function dittoTrainStep(definition: DittoDefinition): TrainStepDefinition {
  return {
    name: 'ditto',
    ...actorCriticShapes(definition),
    frozen: { ...recurrentShapes(definition.architecture), ...expertLatentShapes(definition) },
    inputs: actorCriticInputs(definition),
    optimizer: definition.optimizer,
    loss: (parameters, context) =>
      dittoLoss(definition, parameters, context.carried, context.frozen, context.inputs),
  };
}

/** D_E, where the reward needs it: the compared part of every expert latent. */
export function expertLatentShapes(definition: DittoDefinition): NamedShapes {
  if (definition.rewardMatch === 'same-step') return {};
  return { 'expert/latents': [definition.expertLatentCount, comparedSize(definition)] };
}

/** Leading elements of a latent (h, z) that the reward compares. */
export function comparedSize({
  architecture,
  rewardLatent,
}: Pick<DittoDefinition, 'architecture' | 'rewardLatent'>): number {
  return rewardLatent === 'full' ? featureSize(architecture) : architecture.deterministicSize;
}

function dittoLoss(
  definition: DittoDefinition,
  parameters: NamedTensors,
  carried: NamedTensors,
  frozen: NamedTensors,
  inputs: NamedTensors,
): LossResult {
  const target = copiedTarget(parameters, carried, inputs['updateTarget']!);
  const rollout = imagine(definition, parameters, frozen, inputs);
  const rewards = latentRewards(definition, rollout.states, inputs['expertLatents']!, frozen);
  const { loss, outputs } = actorCriticLoss(definition, parameters, target, rollout, rewards);
  return {
    loss,
    outputs: { ...outputs, latentDistance: tf.sub(1, outputs['reward']!) },
    carried: target,
  };
}

/** Rewards r_0 … r_{H-2} `[horizon - 1, batch]`: r_t judges the state that step t leads to. */
function latentRewards(
  definition: DittoDefinition,
  states: tf.Tensor2D,
  expertLatents: tf.Tensor,
  frozen: NamedTensors,
): tf.Tensor {
  const { batchSize: batch, horizon, rewardMeasure, rewardMatch } = definition;
  const led = (rows: tf.Tensor): tf.Tensor2D =>
    tf.slice(rows, [batch, 0], [(horizon - 1) * batch, comparedSize(definition)]) as tf.Tensor2D;
  const rewards =
    rewardMatch === 'nearest'
      ? nearestReward(rewardMeasure, frozen['expert/latents'] as tf.Tensor2D, led(states))
      : latentReward(rewardMeasure, led(tf.reshape(expertLatents, states.shape)), led(states));
  return tf.reshape(rewards, [horizon - 1, batch]);
}
