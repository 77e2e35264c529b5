import type * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfiguration } from '../../tensor/optimizer';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import type { LossResult, TrainStepDefinition } from '../../tensor/train-step';
import { actionInput } from '../world-model/actions';
import { embeddingSize, encoderShapes } from '../world-model/architecture';
import { encodeImages, normalizePixels, type PixelStatistics } from '../world-model/images';
import { actorHead, actorShapes, agreement, type ActorArchitecture } from './policy';

/** A policy that sees one frame at a time. */
export interface PixelPolicy extends ActorArchitecture {
  imageChannels: number;
  convolutionDepth: number;
  pixels: PixelStatistics;
}

/**
 * Behaviour cloning from pixels: maximum likelihood of the expert's action given the single frame it saw. The network
 * mirrors the world model's encoder followed by the policy's MLP (paper section 4.1).
 */
export interface BehaviorCloningDefinition extends PixelPolicy {
  /** Frames per step. */
  batchSize: number;
  optimizer: OptimizerConfiguration;
}

export function behaviorCloningShapes(definition: PixelPolicy) {
  const { imageChannels, convolutionDepth } = definition;
  return {
    ...encoderShapes(imageChannels, convolutionDepth),
    ...actorShapes(definition, embeddingSize(convolutionDepth)),
  };
}

/** The head of the policy's distribution for uint8-valued frames `[batch, 64, 64, channels]`. */
export function behaviorCloningHead(
  definition: Pick<PixelPolicy, 'perceptron' | 'pixels'>,
  parameters: NamedTensors,
  observations: tf.Tensor,
): tf.Tensor2D {
  const images = normalizePixels(observations, definition.pixels) as tf.Tensor4D;
  return actorHead(parameters, definition.perceptron, encodeImages(parameters, images));
}

export function behaviorCloningTrainStep(definition: BehaviorCloningDefinition): TrainStepDefinition {
  const { batchSize, imageChannels } = definition;
  return {
    name: 'behavior-cloning',
    parameters: behaviorCloningShapes(definition),
    inputs: {
      observations: { shape: [batchSize, 64, 64, imageChannels], type: 'uint8' },
      actions: actionInput(definition, batchSize),
    },
    optimizer: definition.optimizer,
    loss: (parameters, { inputs }): LossResult => {
      const { negativeLogLikelihood, ...outputs } = measure(definition, parameters, inputs);
      return { loss: negativeLogLikelihood, outputs };
    },
  };
}

/** What `agreement` says of the given actions, without training; inputs as in the train step. */
export function behaviorCloningMeasurement(
  definition: BehaviorCloningDefinition,
  frames: number,
): ProgramDefinition {
  return {
    name: 'behavior-cloning-measurement',
    state: behaviorCloningShapes(definition),
    inputs: behaviorCloningTrainStep({ ...definition, batchSize: frames }).inputs,
    step: (parameters, inputs) => ({ outputs: measure(definition, parameters, inputs) }),
  };
}

const measure = (definition: PixelPolicy, parameters: NamedTensors, inputs: NamedTensors) =>
  agreement(
    definition,
    behaviorCloningHead(definition, parameters, inputs['observations']!),
    inputs['actions']!,
  );
