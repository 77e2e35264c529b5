import { embeddingSize, featureSize } from '../world-model/architecture';
import { encoderActivations } from '../world-model/activations';
import type { ActorCriticDefinition } from './actor-critic';
import type { BehaviorCloningDefinition } from './behavior-cloning';
import type { DreamBehaviorCloningDefinition } from './d-bc';
import type { DreamGailDefinition } from './d-gail';
import { comparedSize, type DittoDefinition } from './ditto';
import type { PerceptronArchitecture } from './policy';

/*
 * Numbers that the layers of one training step put out and that its gradients need, as `worldModelActivations` counts a
 * world model's. A rollout carries no gradient: of it only the states count, which actor and critic look at.
 */

/** Expert latents that the nearest match compares with at once. */
const NEAREST_CHUNK = 1024;

export function dittoActivations(definition: DittoDefinition): number {
  const compared = definition.rewardMatch === 'nearest' ? NEAREST_CHUNK + comparedSize(definition) : 0;
  return actorCriticActivations(definition) + actedRows(definition) * compared;
}

export function dreamGailActivations(definition: DreamGailDefinition): number {
  return actorCriticActivations(definition) + 2 * actedRows(definition) * hidden(definition.discriminator);
}

export function dreamBehaviorCloningActivations(definition: DreamBehaviorCloningDefinition): number {
  const { architecture, perceptron, batchSize } = definition;
  return batchSize * (featureSize(architecture) + hidden(perceptron));
}

export function behaviorCloningActivations(definition: BehaviorCloningDefinition): number {
  const { batchSize, convolutionDepth, perceptron } = definition;
  return batchSize * (encoderActivations(definition) + embeddingSize(convolutionDepth) + hidden(perceptron));
}

function actorCriticActivations(definition: ActorCriticDefinition): number {
  const { architecture, perceptron } = definition;
  return actedRows(definition) * (featureSize(architecture) + 2 * hidden(perceptron));
}

/** Imagined steps of all rollouts together. */
const actedRows = ({ horizon, batchSize }: ActorCriticDefinition): number => (horizon - 1) * batchSize;

const hidden = ({ hiddenLayers, hiddenUnits }: PerceptronArchitecture): number => hiddenLayers * hiddenUnits;
