import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { maxCosine } from '../rewards';
import { actionInput, actionOutput } from '../world-model/actions';
import { embeddingSize, encoderShapes, featureSize, worldModelShapes } from '../world-model/architecture';
import { dream, splitFeatures, type Dream } from '../world-model/dream';
import type { WorldModelReader } from '../world-model/encode';
import { decodeImages, encodeImages, normalizePixels } from '../world-model/images';
import { distributionOf } from './distributions';
import { actorHead, actorOf, actorShapes, agreement, type ActorSettings } from './policy';

/** What a policy looks at: the model state, or a frame (in a dream, the frame that the model paints). */
export type PolicySight = 'latent' | 'pixels';

/** A policy that is asked inside a world model. */
export interface DreamingPolicy extends ActorSettings {
  sight: PolicySight;
  /** Depth of a pixel policy's own encoder. */
  convolutionDepth: number;
}

export interface HeldOutDefinition extends WorldModelReader, DreamingPolicy {
  rewardLatent: 'full' | 'deterministic';
  /** Windows measured at once. */
  batchSize: number;
  /** States per window. */
  horizon: number;
}

const POLICY = 'policy/';

/** Shapes of the policy's own parameters. */
export function policyShapes(definition: DreamingPolicy & Pick<WorldModelReader, 'architecture'>) {
  const { architecture, sight, convolutionDepth } = definition;
  const actor = actorOf(definition);
  if (sight === 'latent') return actorShapes(actor, featureSize(architecture));
  return {
    ...encoderShapes(architecture.imageChannels, convolutionDepth),
    ...actorShapes(actor, embeddingSize(convolutionDepth)),
  };
}

/**
 * Measures a policy on windows of expert latents that it was not trained on, without any environment:
 * - `latentDistance` L_d = 1 - r_int (paper, Figure 2), dreaming from each window's first state with sampled actions;
 *   `[horizon - 1]`, the mean over windows per step;
 * - `actionAccuracy`, how often its most likely action in an expert's state is the one the expert took *there* (the
 *   released code compares with the action before); of continuous actions `actionError`, how far it is from that; and
 *   `negativeLogLikelihood` of the expert's actions in nats.
 *
 * Also returns the dreamed states `latents` `[horizon * batch, h + z]` and `actions` of `(horizon - 1) * batch` rows.
 * State: the world model's parameters and, under `policy/`, the policy's.
 */
export function heldOutProgram(definition: HeldOutDefinition): ProgramDefinition {
  const { architecture, batchSize: batch, horizon } = definition;
  return {
    name: 'held-out',
    state: { ...worldModelShapes(architecture), ...dreamingPolicyState(definition) },
    inputs: {
      expertLatents: { shape: [horizon, batch, featureSize(architecture)], type: 'float32' },
      expertActions: actionInput(architecture, horizon * batch),
      expertFrames: { shape: [horizon * batch, 64, 64, architecture.imageChannels], type: 'uint8' },
      priorUniform: { shape: [horizon - 1, batch, architecture.stochasticVariables], type: 'float32' },
      actionUniform: {
        shape: [horizon - 1, batch, distributionOf(actorOf(definition)).noiseSize],
        type: 'float32',
      },
    },
    step: (state, inputs) => {
      const rollout = dreamFromExpert(definition, state, inputs);
      const latents = tf.concat(rollout.states, 0) as tf.Tensor2D;
      return {
        outputs: {
          latentDistance: latentDistance(definition, latents, inputs['expertLatents']!),
          ...expertAgreement(definition, state, inputs),
          latents,
          actions: actionOutput(architecture, tf.concat(rollout.actions, 0) as tf.Tensor2D),
        },
      };
    },
  };
}

/** The shapes under the names that programs give them beside a world model's. */
export function dreamingPolicyState(definition: DreamingPolicy & Pick<WorldModelReader, 'architecture'>) {
  const own = Object.entries(policyShapes(definition)).map(
    ([name, shape]) => [POLICY + name, shape] as const,
  );
  return Object.fromEntries(own);
}

/** The head of the policy's distribution in imagined states; it is shown their frames if it looks at frames. */
export function dreamingPolicyHead(
  policy: DreamingPolicy,
  state: NamedTensors,
  latents: tf.Tensor2D,
): tf.Tensor2D {
  return policyHead(policy, state, policy.sight === 'latent' ? latents : decodeImages(state, latents));
}

/** The same for model states, or for frames in normalised pixels. */
function policyHead(
  { sight, perceptron }: DreamingPolicy,
  state: NamedTensors,
  seen: tf.Tensor,
): tf.Tensor2D {
  const policy = policyParameters(state);
  const input = sight === 'latent' ? seen : encodeImages(policy, seen as tf.Tensor4D);
  return actorHead(policy, perceptron, input);
}

function policyParameters(state: NamedTensors): NamedTensors {
  const own = Object.entries(state).filter(([name]) => name.startsWith(POLICY));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(POLICY.length), value]));
}

function dreamFromExpert(definition: HeldOutDefinition, state: NamedTensors, inputs: NamedTensors): Dream {
  const { architecture, batchSize: batch } = definition;
  const start = tf.reshape(tf.slice(inputs['expertLatents']!, [0, 0, 0], [1, -1, -1]), [batch, -1]);
  const actionNoise = tf.unstack(inputs['actionUniform']!) as tf.Tensor2D[];
  const { sample } = distributionOf(actorOf(definition));
  const act = (latents: tf.Tensor2D, step: number): tf.Tensor2D =>
    sample(dreamingPolicyHead(definition, state, latents), actionNoise[step]!);
  return dream(
    state,
    architecture,
    splitFeatures(architecture, start),
    act,
    tf.unstack(inputs['priorUniform']!),
  );
}

function latentDistance(
  definition: HeldOutDefinition,
  latents: tf.Tensor2D,
  expertLatents: tf.Tensor,
): tf.Tensor {
  const { architecture, batchSize: batch, horizon, rewardLatent } = definition;
  const rows = (horizon - 1) * batch;
  const width = rewardLatent === 'full' ? featureSize(architecture) : architecture.deterministicSize;
  const compared = (x: tf.Tensor): tf.Tensor2D => tf.slice(x, [batch, 0], [rows, width]) as tf.Tensor2D;
  const reward = maxCosine(compared(tf.reshape(expertLatents, latents.shape)), compared(latents));
  return tf.sub(1, tf.mean(tf.reshape(reward, [horizon - 1, batch]), 1));
}

function expertAgreement(
  definition: HeldOutDefinition,
  state: NamedTensors,
  inputs: NamedTensors,
): NamedTensors {
  const { batchSize: batch, horizon } = definition;
  const sight =
    definition.sight === 'latent'
      ? tf.reshape(inputs['expertLatents']!, [horizon * batch, -1])
      : normalizePixels(inputs['expertFrames']!, definition.pixels);
  const head = policyHead(definition, state, sight);
  return { ...agreement(actorOf(definition), head, inputs['expertActions']!) };
}
