import { embeddingSize, featureSize } from '../world-model/architecture';
import { encoderActivations, latentActivations } from '../world-model/activations';
import type { ActorCriticDefinition } from './actor-critic';
import type { BehaviorCloningDefinition } from './behavior-cloning';
import type { DreamBehaviorCloningDefinition } from './d-bc';
import { judgedSize, type DreamGailDefinition } from './d-gail';
import { comparedSize, type DittoDefinition } from './ditto';
import type { PerceptronArchitecture } from './policy';

/*
 * Numbers that the layers of one training step put out, as `worldModelActivations` counts a world model's.
 */

/** Expert latents that the nearest match compares with at once. */
const NEAREST_CHUNK = 1024;

export function dittoActivations(definition: DittoDefinition): number {
  const compared = NEAREST_CHUNK + comparedSize(definition);
  const rows = (definition.horizon - 1) * definition.batchSize;
  return actorCriticActivations(definition) + (definition.rewardMatch === 'nearest' ? rows * compared : 0);
}

export function dreamGailActivations(definition: DreamGailDefinition): number {
  const rows = 2 * (definition.horizon - 1) * definition.batchSize;
  return (
    actorCriticActivations(definition) + rows * (judgedSize(definition) + hidden(definition.discriminator))
  );
}

export function dreamBehaviorCloningActivations(definition: DreamBehaviorCloningDefinition): number {
  const { architecture, perceptron, batchSize } = definition;
  return batchSize * (featureSize(architecture) + hidden(perceptron));
}

export function behaviorCloningActivations(definition: BehaviorCloningDefinition): number {
  const { batchSize, convolutionDepth, perceptron } = definition;
  return batchSize * (encoderActivations(definition) + embeddingSize(convolutionDepth) + hidden(perceptron));
}

/** The rollout, the expert's latents beside it, and actor, critic and target critic on both. */
function actorCriticActivations({
  architecture,
  perceptron,
  batchSize,
  horizon,
}: ActorCriticDefinition): number {
  const row = 2 * featureSize(architecture) + latentActivations(architecture) + 3 * hidden(perceptron);
  return horizon * batchSize * row;
}

const hidden = ({ hiddenLayers, hiddenUnits }: PerceptronArchitecture): number => hiddenLayers * hiddenUnits;
