import * as tf from '@tensorflow/tfjs-core';
import { mostlyZero } from '../../tensor/operations';
import type { OptimizerConfiguration } from '../../tensor/optimizer';
import type { LossResult, TrainStepDefinition } from '../../tensor/train-step';
import { actionInput } from '../world-model/actions';
import { featureSize, type WorldModelArchitecture } from '../world-model/architecture';
import { distributionOf } from './distributions';
import { actorHead, actorOf, actorShapes, agreement, type ActorSettings } from './policy';

/**
 * D-BC (paper section 4.1, eq. 9): maximum likelihood of the expert's actions given the world model's latents, with an
 * entropy term. The policy is DITTO's; nothing is dreamed.
 */
export interface DreamBehaviorCloningDefinition extends ActorSettings {
  architecture: WorldModelArchitecture;
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
  const actor = actorOf(definition);
  return {
    name: 'd-bc',
    parameters: actorShapes(actor, features),
    inputs: {
      /** ŝ, expert latents (h, z) */
      expertLatents: { shape: [batchSize, features], type: 'float32' },
      /** What the expert did in each of them. */
      expertActions: actionInput(architecture, batchSize),
    },
    optimizer: definition.optimizer,
    loss: (parameters, { inputs }): LossResult => {
      const latents = mostlyZero(inputs['expertLatents'] as tf.Tensor2D, architecture.deterministicSize);
      const head = actorHead(parameters, perceptron, latents);
      const measures = agreement(actor, head, inputs['expertActions']!);
      const entropy = tf.mean(distributionOf(actor).entropy(head));
      return {
        loss: tf.sub(measures.negativeLogLikelihood, tf.mul(definition.entropyWeight, entropy)),
        outputs: { ...measures, policyEntropy: entropy },
      };
    },
  };
}
