import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { encoderShapes, featureSize, recurrentShapes } from '../world-model/architecture';
import { readObservations, type WorldModelReader } from '../world-model/encode';
import { features, type LatentState } from '../world-model/recurrent-state-space';
import { latentShapes } from '../world-model/world-model';
import { behaviorCloningLogits, behaviorCloningShapes, type PixelPolicy } from './behavior-cloning';
import { actionLogits, perceptronShapes, sampleActions, type PerceptronArchitecture } from './policy';

/**
 * One step of an agent in the true environment, for `batch` environments side by side. Both kinds take the same
 * inputs, so that whoever plays them need not know which it is: `observations` uint8 `[batch, 64, 64, channels]`,
 * `previousActions` int32 `[batch]` (-1 for none), `isFirst` `[1, batch, 1]`, `uniform` `[1, batch, variables]`,
 * `actionUniform` `[batch, 1]`. Output: `actions` int32 `[batch]` and `logits` `[batch, actions]`.
 */
export interface LatentAgent extends WorldModelReader {
  perceptron: PerceptronArchitecture;
}

/** A model-based agent: the world model's posterior, then the actor (paper section 4.1, "at test-time"). */
export function latentAgentProgram(agent: LatentAgent, batch: number): ProgramDefinition {
  const { architecture, perceptron } = agent;
  return {
    name: 'latent-agent',
    state: {
      ...encoderShapes(architecture.imageChannels, architecture.convolutionDepth),
      ...recurrentShapes(architecture),
      ...perceptronShapes('actor', perceptron, featureSize(architecture), architecture.actions),
      ...latentShapes(architecture, batch),
    },
    inputs: agentInputs(architecture.imageChannels, architecture.stochasticVariables, batch),
    step: (state, inputs) => {
      const sequence = readObservations(agent, state, state as unknown as LatentState, inputs);
      const logits = actionLogits(state, perceptron, features(sequence));
      return { state: sequence.last as unknown as NamedTensors, outputs: chosen(logits, inputs) };
    },
  };
}

/** Behaviour cloning sees only the frame; the other inputs are there and unused. */
export function pixelAgentProgram(definition: PixelPolicy, batch: number): ProgramDefinition {
  return {
    name: 'pixel-agent',
    state: behaviorCloningShapes(definition),
    inputs: agentInputs(definition.imageChannels, 1, batch),
    step: (state, inputs) => ({
      outputs: chosen(behaviorCloningLogits(definition, state, inputs['observations']!), inputs),
    }),
  };
}

function agentInputs(channels: number, variables: number, batch: number): ProgramDefinition['inputs'] {
  return {
    observations: { shape: [batch, 64, 64, channels], type: 'uint8' },
    previousActions: { shape: [batch], type: 'int32' },
    isFirst: { shape: [1, batch, 1], type: 'float32' },
    uniform: { shape: [1, batch, variables], type: 'float32' },
    actionUniform: { shape: [batch, 1], type: 'float32' },
  };
}

/** Actions are sampled, never the most likely one: as in the paper's evaluation. */
function chosen(logits: tf.Tensor2D, inputs: NamedTensors): NamedTensors {
  const actions = tf.argMax(sampleActions(logits, inputs['actionUniform'] as tf.Tensor2D), 1);
  return { actions, logits };
}
