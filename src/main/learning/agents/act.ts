import type * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { actionInput, actionOutput } from '../world-model/actions';
import { encoderShapes, featureSize, recurrentShapes } from '../world-model/architecture';
import { readObservations, type WorldModelReader } from '../world-model/encode';
import { features, type LatentState } from '../world-model/recurrent-state-space';
import { latentShapes } from '../world-model/world-model';
import { behaviorCloningHead, behaviorCloningShapes, type PixelPolicy } from './behavior-cloning';
import { distributionOf } from './distributions';
import { actorHead, actorOf, actorShapes, type ActorArchitecture, type ActorSettings } from './policy';

/**
 * One step of an agent in the true environment, for `batch` environments side by side. Both kinds take the same
 * inputs, so that whoever plays them need not know which it is: `observations` uint8 `[batch, 64, 64, channels]`,
 * `previousActions` as `actionInput` says, `isFirst` `[1, batch, 1]`, `uniform` `[1, batch, variables]`, `actionUniform`
 * `[batch, noiseSize]`. Output: `actions` likewise, and what the distribution is made of: `logits` `[batch, actions]` of
 * discrete actions, else the `preferred` ones.
 */
export interface LatentAgent extends WorldModelReader, ActorSettings {}

/** A model-based agent: the world model's posterior, then the actor (paper section 4.1, "at test-time"). */
export function latentAgentProgram(agent: LatentAgent, batch: number): ProgramDefinition {
  const { architecture, perceptron } = agent;
  const actor = actorOf(agent);
  return {
    name: 'latent-agent',
    state: {
      ...encoderShapes(architecture.imageChannels, architecture.convolutionDepth),
      ...recurrentShapes(architecture),
      ...actorShapes(actor, featureSize(architecture)),
      ...latentShapes(architecture, batch),
    },
    inputs: agentInputs(actor, architecture.imageChannels, architecture.stochasticVariables, batch),
    step: (state, inputs) => {
      const sequence = readObservations(agent, state, state as unknown as LatentState, inputs);
      const head = actorHead(state, perceptron, features(sequence));
      return { state: sequence.last as unknown as NamedTensors, outputs: chosen(actor, head, inputs) };
    },
  };
}

/** Behaviour cloning sees only the frame; the other inputs are there and unused. */
export function pixelAgentProgram(definition: PixelPolicy, batch: number): ProgramDefinition {
  return {
    name: 'pixel-agent',
    state: behaviorCloningShapes(definition),
    inputs: agentInputs(definition, definition.imageChannels, 1, batch),
    step: (state, inputs) => ({
      outputs: chosen(definition, behaviorCloningHead(definition, state, inputs['observations']!), inputs),
    }),
  };
}

function agentInputs(
  actor: ActorArchitecture,
  channels: number,
  variables: number,
  batch: number,
): ProgramDefinition['inputs'] {
  return {
    observations: { shape: [batch, 64, 64, channels], type: 'uint8' },
    previousActions: actionInput(actor, batch),
    isFirst: { shape: [1, batch, 1], type: 'float32' },
    uniform: { shape: [1, batch, variables], type: 'float32' },
    actionUniform: { shape: [batch, distributionOf(actor).noiseSize], type: 'float32' },
  };
}

/** Actions are sampled, never the most likely one: as in the paper's evaluation. */
function chosen(actor: ActorArchitecture, head: tf.Tensor2D, inputs: NamedTensors): NamedTensors {
  const { sample, preferred } = distributionOf(actor);
  const actions = actionOutput(actor, sample(head, inputs['actionUniform'] as tf.Tensor2D));
  return actor.actionKind === 'discrete'
    ? { actions, logits: head }
    : { actions, preferred: preferred(head) };
}
