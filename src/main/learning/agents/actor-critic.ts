import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../tensor/operations';
import type { OptimizerConfiguration } from '../../tensor/optimizer';
import type { NamedShapes, NamedTensors, NamedValues, ProgramDefinition } from '../../tensor/program';
import type { LossResult } from '../../tensor/train-step';
import { featureSize, type WorldModelArchitecture } from '../world-model/architecture';
import { dream, splitFeatures } from '../world-model/dream';
import { distributionOf } from './distributions';
import { actorHead, actorOf, actorShapes, perceptronShapes, stateValues, type ActorSettings } from './policy';

/**
 * The actor-critic of the paper's appendix C, which learns in the world model from rewards of any kind: λ-returns,
 * REINFORCE with entropy, and a critic with a slow copy (eqs. 13 to 16). DITTO and D-GAIL share it.
 */
export interface ActorCriticDefinition extends ActorSettings {
  architecture: WorldModelArchitecture;
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
   * ρ, share of REINFORCE in the actor's gradient. The rest is the gradient of the λ-return itself, through dynamics and
   * samples (DreamerV2, Hafner et al. 2021, eq. 6). The paper has REINFORCE alone.
   */
  reinforceShare: number;
  /** Divides the advantage by its deviation over the batch, after taking away its mean: the released code, not the paper. */
  normalizeAdvantage: boolean;
  /** Weight of the critic's loss: 1 in the paper's eq. 15, 0.01 in the released code. */
  criticWeight: number;
  optimizer: OptimizerConfiguration;
}

const CRITIC = 'critic/';

/** Shapes of actor and critic, and of the target critic, which is carried. */
export function actorCriticShapes(definition: ActorCriticDefinition): {
  parameters: NamedShapes;
  carried: NamedShapes;
} {
  const { architecture, perceptron } = definition;
  const inputs = featureSize(architecture);
  return {
    parameters: {
      ...actorShapes(actorOf(definition), inputs),
      ...perceptronShapes('critic', perceptron, inputs, 1),
    },
    carried: perceptronShapes('targetCritic', perceptron, inputs, 1),
  };
}

/** Time leads in all inputs; the expert's window gives the start state and what the rewards compare with. */
export function actorCriticInputs(definition: ActorCriticDefinition) {
  const { architecture, batchSize: batch, horizon } = definition;
  const { noiseSize } = distributionOf(actorOf(definition));
  return {
    /** ŝ^E, consecutive expert latents (h, z) */
    expertLatents: { shape: [horizon, batch, featureSize(architecture)], type: 'float32' },
    priorUniform: { shape: [horizon - 1, batch, architecture.stochasticVariables], type: 'float32' },
    actionUniform: { shape: [horizon - 1, batch, noiseSize], type: 'float32' },
    /** 1 to copy the critic into its target before this step, else 0 */
    updateTarget: { shape: [], type: 'float32' },
  } as const satisfies ProgramDefinition['inputs'];
}

/** What the policy did in the model's prior. Row t * batch + b. */
export interface Rollout {
  /** s_0 … s_{H-1} `[horizon * batch, features]` */
  states: tf.Tensor2D;
  /** a_0 … a_{H-2}, one-hot if discrete, `[(horizon - 1) * batch, actions]` */
  actions: tf.Tensor2D;
}

/**
 * Unrolls the current policy from the expert's first latents. For REINFORCE alone it is a constant; else the gradient
 * goes through dynamics and samples into the policy.
 */
export function imagine(
  definition: ActorCriticDefinition,
  parameters: NamedTensors,
  worldModel: NamedTensors,
  inputs: NamedTensors,
): Rollout {
  const { architecture, perceptron, batchSize: batch, reinforceShare } = definition;
  const start = tf.reshape(tf.slice(inputs['expertLatents']!, [0, 0, 0], [1, -1, -1]), [batch, -1]);
  const isConstant = reinforceShare === 1;
  const policy = isConstant ? constants(parameters) : parameters;
  const { sample } = distributionOf(actorOf(definition));
  const actionNoise = tf.unstack(inputs['actionUniform']!) as tf.Tensor2D[];
  const act = (state: tf.Tensor2D, step: number): tf.Tensor2D =>
    sample(actorHead(policy, perceptron, state), actionNoise[step]!);
  const { states, actions } = dream(
    worldModel,
    architecture,
    splitFeatures(architecture, start),
    act,
    tf.unstack(inputs['priorUniform']!),
  );
  const rollout = {
    states: tf.concat(states, 0) as tf.Tensor2D,
    actions: tf.concat(actions, 0) as tf.Tensor2D,
  };
  return isConstant ? constants(rollout) : rollout;
}

/** The same values, through which no gradient flows. */
export const constants = <Tensors extends Record<string, tf.Tensor>>(tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, stopGradient(value)])) as Tensors;

/**
 * Losses of actor (eq. 16) and critic (eq. 15) on a rollout.
 * @param rewards r_0 … r_{H-2} `[horizon - 1, batch]`: r_t is earned on the way from state t to state t + 1
 */
export function actorCriticLoss(
  definition: ActorCriticDefinition,
  parameters: NamedTensors,
  target: NamedTensors,
  rollout: Rollout,
  rewards: tf.Tensor,
): Pick<LossResult, 'loss' | 'outputs'> {
  const { perceptron, batchSize: batch, horizon, reinforceShare } = definition;
  const steps = horizon - 1;
  const targetValues = tf.unstack(
    tf.reshape(stateValues(target, 'targetCritic', perceptron, rollout.states), [horizon, batch]),
  );
  const returns = lambdaReturns(tf.unstack(rewards), targetValues, definition.discount, definition.lambda);
  const liveReturn = tf.concat(returns, 0);
  const lambdaReturn = stopGradient(liveReturn) as tf.Tensor1D;

  const { states, actions } = constants({ ...rollout });
  const acted = tf.slice(states, [0, 0], [steps * batch, -1]);
  const baseline = tf.concat(targetValues.slice(0, steps), 0);
  const advantage = stopGradient(advantages(lambdaReturn, baseline, definition.normalizeAdvantage));
  const { logProbability, entropy: entropyOf } = distributionOf(actorOf(definition));
  const head = actorHead(parameters, perceptron, acted);
  const reinforce = tf.neg(tf.mean(tf.mul(logProbability(head, actions), advantage)));
  const improvement =
    reinforceShare === 1
      ? reinforce
      : tf.sub(tf.mul(reinforceShare, reinforce), tf.mul(1 - reinforceShare, tf.mean(liveReturn)));
  const entropy = tf.mean(entropyOf(head));
  const actorLoss = tf.sub(improvement, tf.mul(definition.entropyWeight, entropy));

  const values = stateValues(parameters, 'critic', perceptron, acted);
  const criticLoss = tf.mul(0.5, tf.mean(tf.square(tf.sub(values, lambdaReturn))));
  return {
    loss: tf.add(actorLoss, tf.mul(definition.criticWeight, criticLoss)) as tf.Scalar,
    outputs: {
      actorLoss,
      criticLoss,
      policyEntropy: entropy,
      reward: tf.mean(rewards),
      lambdaReturn: tf.mean(lambdaReturn),
    },
  };
}

/**
 * λ-returns (eq. 14): V_t = r_t + γ ((1 - λ) v_{t+1} + λ V_{t+1}), and V_H = v_H.
 * @param rewards r_0 … r_{H-1}, each `[batch]`; r_t is earned on the way from state t to state t + 1
 * @param values v_0 … v_H, each `[batch]`
 * @returns V_0 … V_{H-1}, each `[batch]`
 */
export function lambdaReturns(
  rewards: tf.Tensor[],
  values: tf.Tensor[],
  discount: number,
  lambda: number,
): tf.Tensor[] {
  const horizon = rewards.length;
  const returns = new Array<tf.Tensor>(horizon);
  let following = values[horizon]!;
  for (let t = horizon - 1; t >= 0; t--) {
    const bootstrap = tf.add(tf.mul(1 - lambda, values[t + 1]!), tf.mul(lambda, following));
    following = tf.add(rewards[t]!, tf.mul(discount, bootstrap));
    returns[t] = following;
  }
  return returns;
}

function advantages(lambdaReturn: tf.Tensor, baseline: tf.Tensor, normalize: boolean): tf.Tensor {
  const advantage = tf.sub(lambdaReturn, baseline);
  if (!normalize) return advantage;
  const centred = tf.sub(advantage, tf.mean(advantage));
  return tf.div(centred, tf.add(tf.sqrt(tf.mean(tf.square(centred))), 1e-8));
}

/**
 * The target critic (Mnih et al. 2015), replaced by the critic on the steps that ask for it. The released code forgets
 * to do so for D-GAIL, whose returns then rest on a critic that nothing ever trained; here both methods do.
 */
export function copiedTarget(
  parameters: NamedTensors,
  carried: NamedTensors,
  update: tf.Tensor,
): NamedTensors {
  const replace = tf.greater(update, 0.5);
  return asTarget(parameters, (critic, name) => stopGradient(tf.where(replace, critic, carried[name]!)));
}

/** Initial target critic: a copy of the critic. */
export const initialTarget = (parameters: NamedValues): NamedValues =>
  asTarget(parameters, (critic) => critic);

function asTarget<Value>(
  parameters: Readonly<Record<string, Value>>,
  convert: (critic: Value, targetName: string) => Value,
): Record<string, Value> {
  const critic = Object.entries(parameters).filter(([name]) => name.startsWith(CRITIC));
  return Object.fromEntries(
    critic.map(([name, value]) => {
      const targetName = `targetCritic/${name.slice(CRITIC.length)}`;
      return [targetName, convert(value, targetName)];
    }),
  );
}
