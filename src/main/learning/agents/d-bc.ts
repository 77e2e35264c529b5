import * as tf from '@tensorflow/tfjs-core';
import type { LossResult, OptimizerConfiguration, TrainStepDefinition } from '../../tensor/train-step';
import { featureSize, type WorldModelArchitecture } from '../world-model/architecture';
import {
  actionLogits,
  agreement,
  perceptronShapes,
  policyEntropy,
  type PerceptronArchitecture,
} from './policy';

/**
 * D-BC (paper section 4.1, eq. 9): maximum likelihood of the expert's actions given the world model's latents, with an
 * entropy term. The policy is DITTO's; nothing is dreamed.
 */
export interface DreamBehaviorCloningDefinition {
  architecture: WorldModelArchitecture;
  perceptron: PerceptronArchitecture;
  /** Expert states per step. */
  batchSize: number;
  /** η_BC */
  entropyWeight: number;
  optimizer: OptimizerConfiguration;
}

/** One D-BC update. */
export function dreamBehaviorCloningTrainStep(
  definition: DreamBehaviorCloningDefinition,
): TrainStepDefinition {
  const { architecture, perceptron, batchSize } = definition;
  const features = featureSize(architecture);
  return {
    name: 'd-bc',
    parameters: perceptronShapes('actor', perceptron, features, architecture.actions),
    inputs: {
      /** ŝ, expert latents (h, z) */
      expertLatents: { shape: [batchSize, features], type: 'float32' },
      /** What the expert did in each of them. */
      expertActions: { shape: [batchSize], type: 'int32' },
    },
    optimizer: definition.optimizer,
    loss: (parameters, { inputs }): LossResult => {
      const logits = actionLogits(parameters, perceptron, inputs['expertLatents']!);
      const measures = agreement(logits, inputs['expertActions'] as tf.Tensor1D);
      const entropy = tf.mean(policyEntropy(logits));
      return {
        loss: tf.sub(measures.negativeLogLikelihood, tf.mul(definition.entropyWeight, entropy)),
        outputs: { ...measures, policyEntropy: entropy },
      };
    },
  };
}
