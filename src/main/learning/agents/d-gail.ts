import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../tensor/operations';
import type { NamedTensors } from '../../tensor/program';
import type { LossResult, TrainStepDefinition } from '../../tensor/train-step';
import { actionInput, actionVectors } from '../world-model/actions';
import { featureSize, recurrentShapes } from '../world-model/architecture';
import {
  actorCriticInputs,
  actorCriticLoss,
  actorCriticShapes,
  constants,
  copiedTarget,
  imagine,
  type ActorCriticDefinition,
} from './actor-critic';
import { discriminatorLogits, gradientPenalty, type GradientPenalty } from './discriminator';
import { perceptronShapes, type PerceptronArchitecture } from './policy';

/**
 * D-GAIL (paper section 4.1): GAIL (Ho & Ermon 2016, the paper's eq. 3) inside the world model. A discriminator D learns
 * to tell the expert's latents from those of the policy's rollouts; the policy is rewarded for looking like the expert,
 * and improved by the same actor-critic as DITTO's. One optimiser step trains both: they share no parameter, and Adam
 * treats each element by itself (a gradient clip alone would see both).
 */
export interface DreamGailDefinition extends ActorCriticDefinition {
  discriminator: PerceptronArchitecture;
  /** What D judges: (s_t, a_t), the paper's eq. 3; or (h_t, h_{t+1}), the released code. */
  discriminatorInput: 'state-action' | 'state-pair';
  /** `log` is -log(1 - D), which eq. 3 maximizes over policies; `probability` is D, the released code. */
  adversarialReward: 'log' | 'probability';
  /** Neither the paper nor the released code has one. */
  gradientPenalty: GradientPenalty;
  gradientPenaltyWeight: number;
}

/** One update of policy, critic and discriminator. */
export function dreamGailTrainStep(definition: DreamGailDefinition): TrainStepDefinition {
  const { architecture, batchSize: batch, horizon, discriminator } = definition;
  const { parameters, carried } = actorCriticShapes(definition);
  const pairs = (horizon - 1) * batch;
  return {
    name: 'd-gail',
    parameters: {
      ...parameters,
      ...perceptronShapes('discriminator', discriminator, judgedSize(definition), 1),
    },
    carried,
    frozen: recurrentShapes(architecture),
    inputs: {
      ...actorCriticInputs(definition),
      /** What the expert did in all states of its window but the last. */
      expertActions: actionInput(architecture, pairs),
      /** Where between agent and expert the gradient penalty looks, in [0, 1). */
      interpolation: { shape: [pairs, 1], type: 'float32' },
    },
    optimizer: definition.optimizer,
    loss: (parameters, context) =>
      dreamGailLoss(definition, parameters, context.carried, context.frozen, context.inputs),
  };
}

function dreamGailLoss(
  definition: DreamGailDefinition,
  parameters: NamedTensors,
  carried: NamedTensors,
  worldModel: NamedTensors,
  inputs: NamedTensors,
): LossResult {
  const { architecture, batchSize: batch, horizon, discriminator } = definition;
  const target = copiedTarget(parameters, carried, inputs['updateTarget']!);
  const rollout = imagine(definition, parameters, worldModel, inputs);
  const expertStates = tf.reshape(inputs['expertLatents']!, rollout.states.shape) as tf.Tensor2D;
  const expert = judged(definition, expertStates, actionVectors(architecture, inputs['expertActions']!));
  const imagined = judged(definition, rollout.states, rollout.actions);
  const agent = stopGradient(imagined);

  const expertLogits = discriminatorLogits(parameters, discriminator, expert);
  const agentLogits = discriminatorLogits(parameters, discriminator, agent);
  // -log D(expert) - log(1 - D(agent)), with D the sigmoid of the logits.
  const classification = tf.add(
    tf.mean(tf.softplus(tf.neg(expertLogits))),
    tf.mean(tf.softplus(agentLogits)),
  );
  const penalty = gradientPenalty(
    definition.gradientPenalty,
    parameters,
    discriminator,
    { expert, agent },
    inputs['interpolation']!,
  );

  // The policy's reward is a constant to the discriminator, but not to a policy that learns through the dynamics.
  const judgement =
    definition.reinforceShare === 1
      ? stopGradient(agentLogits)
      : discriminatorLogits(constants(parameters), discriminator, imagined);
  const rewards = tf.reshape(adversarialReward(definition, judgement), [horizon - 1, batch]);
  const { loss, outputs } = actorCriticLoss(definition, parameters, target, rollout, rewards);
  const discriminatorLoss = tf.add(classification, tf.mul(definition.gradientPenaltyWeight, penalty));
  return {
    loss: tf.add(loss, discriminatorLoss) as tf.Scalar,
    outputs: {
      ...outputs,
      discriminatorLoss,
      gradientPenalty: penalty,
      /** Mean D of both sides: near each other where the discriminator cannot tell them apart. */
      expertProbability: tf.mean(tf.sigmoid(expertLogits)),
      agentProbability: tf.mean(tf.sigmoid(agentLogits)),
    },
    carried: target,
  };
}

export function judgedSize({ architecture, discriminatorInput }: DreamGailDefinition): number {
  return discriminatorInput === 'state-action'
    ? featureSize(architecture) + architecture.actions
    : 2 * architecture.deterministicSize;
}

/**
 * What the discriminator sees of steps 0 … H-2, `[(horizon - 1) * batch, judgedSize]`.
 * @param states `[horizon * batch, features]`
 * @param actions one-hot if discrete, `[(horizon - 1) * batch, actions]`
 */
function judged(
  { architecture, batchSize: batch, horizon, discriminatorInput }: DreamGailDefinition,
  states: tf.Tensor2D,
  actions: tf.Tensor2D,
): tf.Tensor2D {
  const rows = (horizon - 1) * batch;
  if (discriminatorInput === 'state-action') {
    return tf.concat([tf.slice(states, [0, 0], [rows, -1]), actions], 1) as tf.Tensor2D;
  }
  const size = architecture.deterministicSize;
  return tf.concat([tf.slice(states, [0, 0], [rows, size]), tf.slice(states, [batch, 0], [rows, size])], 1);
}

const adversarialReward = (
  { adversarialReward: kind }: DreamGailDefinition,
  logits: tf.Tensor1D,
): tf.Tensor => (kind === 'log' ? tf.softplus(logits) : tf.sigmoid(logits));
