import type * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import type { LossResult, OptimizerConfiguration, TrainStepDefinition } from '../../tensor/train-step';
import { embeddingSize, encoderShapes } from '../world-model/architecture';
import { encodeImages, normalizePixels, type PixelStatistics } from '../world-model/images';
import { actionLogits, agreement, perceptronShapes, type PerceptronArchitecture } from './policy';

/** A policy that sees one frame at a time. */
export interface PixelPolicy {
  imageChannels: number;
  actions: number;
  convolutionDepth: number;
  perceptron: PerceptronArchitecture;
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
  const { imageChannels, actions, convolutionDepth, perceptron } = definition;
  return {
    ...encoderShapes(imageChannels, convolutionDepth),
    ...perceptronShapes('actor', perceptron, embeddingSize(convolutionDepth), actions),
  };
}

/** Logits `[batch, actions]` for uint8-valued frames `[batch, 64, 64, channels]`. */
export function behaviorCloningLogits(
  definition: Pick<PixelPolicy, 'perceptron' | 'pixels'>,
  parameters: NamedTensors,
  observations: tf.Tensor,
): tf.Tensor2D {
  const images = normalizePixels(observations, definition.pixels) as tf.Tensor4D;
  return actionLogits(parameters, definition.perceptron, encodeImages(parameters, images));
}

export function behaviorCloningTrainStep(definition: BehaviorCloningDefinition): TrainStepDefinition {
  const { batchSize, imageChannels } = definition;
  return {
    name: 'behavior-cloning',
    parameters: behaviorCloningShapes(definition),
    inputs: {
      observations: { shape: [batchSize, 64, 64, imageChannels], type: 'uint8' },
      actions: { shape: [batchSize], type: 'int32' },
    },
    optimizer: definition.optimizer,
    loss: (parameters, { inputs }): LossResult => {
      const { negativeLogLikelihood, actionAccuracy } = measure(definition, parameters, inputs);
      return { loss: negativeLogLikelihood, outputs: { actionAccuracy } };
    },
  };
}

/** Accuracy and negative log-likelihood of the given actions, in nats, without training; inputs as in the train step. */
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
    behaviorCloningLogits(definition, parameters, inputs['observations']!),
    inputs['actions'] as tf.Tensor1D,
  );
