import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../tensor/operations';
import type { NamedTensors } from '../../tensor/program';
import type { LossResult, OptimizerConfiguration, TrainStepDefinition } from '../../tensor/train-step';
import { lambdaReturns, maxCosine } from '../rewards';
import { featureSize, recurrentShapes, type WorldModelArchitecture } from '../world-model/architecture';
import { dream, splitFeatures } from '../world-model/dream';
import {
  actionLogits,
  actionLogProbabilities,
  perceptronShapes,
  policyEntropy,
  sampleActions,
  stateValues,
  type PerceptronArchitecture,
} from './policy';

/**
 * DITTO (the paper's Algorithm 1, agent training): unroll the policy in the world model from expert latent states,
 * reward it at every step for how close its latent is to the expert's at the same step (eq. 8), and improve it with
 * an actor-critic (eqs. 13 to 16). Nothing here sees an environment or its rewards.
 */
export interface DittoDefinition {
  architecture: WorldModelArchitecture;
  perceptron: PerceptronArchitecture;
  /** B_ac, rollouts per step. */
  batchSize: number;
  /** H, states per rollout: the start and H - 1 imagined ones, as in eqs. 15 and 16. */
  horizon: number;
  /** γ */
  discount: number;
  /** λ */
  lambda: number;
  /** η */
  entropyWeight: number;
  /**
   * Which part of the latent the reward compares: `full` (h, z), the paper's eq. 8, or `deterministic` (h), the
   * released code.
   */
  rewardLatent: 'full' | 'deterministic';
  /** Divides the advantage by its deviation over the batch, after taking away its mean: the released code, not the paper. */
  normalizeAdvantage: boolean;
  /** Weight of the critic's loss: 1 in the paper's eq. 15, 0.01 in the released code. */
  criticWeight: number;
  optimizer: OptimizerConfiguration;
}

const CRITIC = 'critic/';

/** One DITTO update. Time leads in all inputs; the expert's window gives the start state and the targets. */
export function dittoTrainStep(definition: DittoDefinition): TrainStepDefinition {
  const { architecture, perceptron, batchSize: batch, horizon } = definition;
  const inputs = featureSize(architecture);
  const critic = perceptronShapes('critic', perceptron, inputs, 1);
  return {
    name: 'ditto',
    parameters: { ...perceptronShapes('actor', perceptron, inputs, architecture.actions), ...critic },
    carried: perceptronShapes('targetCritic', perceptron, inputs, 1),
    frozen: recurrentShapes(architecture),
    inputs: {
      /** ŝ^E, consecutive expert latents (h, z) */
      expertLatents: { shape: [horizon, batch, inputs], type: 'float32' },
      priorUniform: { shape: [horizon - 1, batch, architecture.stochasticVariables], type: 'float32' },
      actionUniform: { shape: [horizon - 1, batch, 1], type: 'float32' },
      /** 1 to copy the critic into its target before this step, else 0 */
      updateTarget: { shape: [], type: 'float32' },
    },
    optimizer: definition.optimizer,
    loss: (parameters, context) =>
      dittoLoss(definition, parameters, context.carried, context.frozen, context.inputs),
  };
}

function dittoLoss(
  definition: DittoDefinition,
  parameters: NamedTensors,
  carried: NamedTensors,
  worldModel: NamedTensors,
  inputs: NamedTensors,
): LossResult {
  const { perceptron, batchSize: batch, horizon } = definition;
  const steps = horizon - 1;
  const target = copiedTarget(parameters, carried, inputs['updateTarget']!);
  const rollout = imagine(definition, parameters, worldModel, inputs);
  const states = stopGradient(tf.concat(rollout.states, 0)) as tf.Tensor2D;
  const acted = tf.slice(states, [0, 0], [steps * batch, -1]);

  const rewards = latentRewards(definition, states, inputs['expertLatents']!);
  const targetValues = tf.unstack(
    tf.reshape(stateValues(target, 'targetCritic', perceptron, states), [horizon, batch]),
  );
  const returns = lambdaReturns(tf.unstack(rewards), targetValues, definition.discount, definition.lambda);
  const lambdaReturn = stopGradient(tf.concat(returns, 0)) as tf.Tensor1D;

  const baseline = tf.concat(targetValues.slice(0, steps), 0);
  const advantage = stopGradient(advantages(lambdaReturn, baseline, definition.normalizeAdvantage));
  const logits = actionLogits(parameters, perceptron, acted);
  const actions = stopGradient(tf.concat(rollout.actions, 0)) as tf.Tensor2D;
  const reinforce = tf.neg(tf.mean(tf.mul(actionLogProbabilities(logits, actions), advantage)));
  const entropy = tf.mean(policyEntropy(logits));
  const actorLoss = tf.sub(reinforce, tf.mul(definition.entropyWeight, entropy));

  const values = stateValues(parameters, 'critic', perceptron, acted);
  const criticLoss = tf.mul(0.5, tf.mean(tf.square(tf.sub(values, lambdaReturn))));
  return {
    loss: tf.add(actorLoss, tf.mul(definition.criticWeight, criticLoss)) as tf.Scalar,
    outputs: {
      actorLoss,
      criticLoss,
      policyEntropy: entropy,
      reward: tf.mean(rewards),
      latentDistance: tf.sub(1, tf.mean(rewards)),
      lambdaReturn: tf.mean(lambdaReturn),
    },
    carried: target,
  };
}

/** Unrolls the current policy; the dynamics and the samples carry no gradient (REINFORCE). */
function imagine(
  { architecture, perceptron, batchSize: batch, horizon }: DittoDefinition,
  parameters: NamedTensors,
  worldModel: NamedTensors,
  inputs: NamedTensors,
) {
  const start = tf.reshape(tf.slice(inputs['expertLatents']!, [0, 0, 0], [1, -1, -1]), [batch, -1]);
  const policy = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, stopGradient(value)]),
  );
  const actionNoise = tf.unstack(inputs['actionUniform']!) as tf.Tensor2D[];
  const priorNoise = tf.unstack(inputs['priorUniform']!).slice(0, horizon - 1);
  const act = (state: tf.Tensor2D, step: number): tf.Tensor2D =>
    sampleActions(actionLogits(policy, perceptron, state), actionNoise[step]!);
  return dream(worldModel, architecture, splitFeatures(architecture, start), act, priorNoise);
}

/** Rewards r_0 … r_{H-2} `[horizon - 1, batch]`: r_t compares the states that step t leads to. */
function latentRewards(
  definition: DittoDefinition,
  states: tf.Tensor2D,
  expertLatents: tf.Tensor,
): tf.Tensor {
  const { architecture, batchSize: batch, horizon, rewardLatent } = definition;
  const rows = (horizon - 1) * batch;
  const width = rewardLatent === 'full' ? featureSize(architecture) : architecture.deterministicSize;
  const expert = tf.slice(tf.reshape(expertLatents, states.shape), [batch, 0], [rows, width]) as tf.Tensor2D;
  const agent = tf.slice(states, [batch, 0], [rows, width]);
  return tf.reshape(maxCosine(expert, agent), [horizon - 1, batch]);
}

function advantages(lambdaReturn: tf.Tensor, baseline: tf.Tensor, normalize: boolean): tf.Tensor {
  const advantage = tf.sub(lambdaReturn, baseline);
  if (!normalize) return advantage;
  const centred = tf.sub(advantage, tf.mean(advantage));
  return tf.div(centred, tf.add(tf.sqrt(tf.mean(tf.square(centred))), 1e-8));
}

/** The target critic (Mnih et al. 2015), replaced by the critic on the steps that ask for it. */
function copiedTarget(parameters: NamedTensors, carried: NamedTensors, update: tf.Tensor): NamedTensors {
  const replace = tf.greater(update, 0.5);
  const names = Object.keys(parameters).filter((name) => name.startsWith(CRITIC));
  return Object.fromEntries(
    names.map((name) => {
      const targetName = `targetCritic/${name.slice(CRITIC.length)}`;
      return [targetName, stopGradient(tf.where(replace, parameters[name]!, carried[targetName]!))];
    }),
  );
}

/** Initial target critic: a copy of the critic. */
export function initialTarget(parameters: Record<string, Float32Array>): Record<string, Float32Array> {
  const names = Object.keys(parameters).filter((name) => name.startsWith(CRITIC));
  return Object.fromEntries(
    names.map((name) => [`targetCritic/${name.slice(CRITIC.length)}`, parameters[name]!]),
  );
}
