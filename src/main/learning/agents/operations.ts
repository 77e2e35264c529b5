import { embeddingSize, featureSize, type WorldModelArchitecture } from '../world-model/architecture';
import { encoderMultiplyAdds, imaginationOperations } from '../world-model/operations';
import type { ActorCriticDefinition } from './actor-critic';
import type { BehaviorCloningDefinition } from './behavior-cloning';
import { distributionOf } from './distributions';
import type { DreamBehaviorCloningDefinition } from './d-bc';
import { judgedSize, type DreamGailDefinition } from './d-gail';
import { comparedSize, type DittoDefinition } from './ditto';
import { actorOf, type ActorSettings, type PerceptronArchitecture } from './policy';

/*
 * Floating-point operations of one training step of each method: two for each multiply-add of the matrix products and
 * convolutions, forward and backward, as `trainingOperations` counts a world model's.
 */

export function dittoOperations(definition: DittoDefinition): number {
  const compared = comparedSize(definition) * definition.expertLatentCount;
  const nearest = definition.rewardMatch === 'nearest' ? 2 * actedRows(definition) * compared : 0;
  return actorCriticOperations(definition) + nearest;
}

export function dreamGailOperations(definition: DreamGailDefinition): number {
  const rows = actedRows(definition);
  const discriminator = layers(definition.discriminator, judgedSize(definition), 1);
  // The gradient by the input is a second pass; the gradient of both takes each of their products twice more.
  const penalty = definition.gradientPenalty === 'none' ? 0 : 6 * forward(rows, discriminator);
  return actorCriticOperations(definition) + trained(2 * rows, discriminator) + penalty;
}

export function dreamBehaviorCloningOperations(definition: DreamBehaviorCloningDefinition): number {
  return trained(definition.batchSize, actorLayers(definition));
}

export function behaviorCloningOperations(definition: BehaviorCloningDefinition): number {
  const { batchSize, convolutionDepth, perceptron } = definition;
  const encoder = encoderMultiplyAdds(definition);
  const head = layers(perceptron, embeddingSize(convolutionDepth), distributionOf(definition).headSize);
  return trained(batchSize, { first: encoder.first, rest: encoder.rest + head.first + head.rest });
}

function actorCriticOperations(definition: ActorCriticDefinition): number {
  const { architecture, perceptron, batchSize, horizon } = definition;
  const rows = actedRows(definition);
  const actor = actorLayers(definition);
  const critic = layers(perceptron, featureSize(architecture), 1);
  const imagined = forward(rows, actor) + rows * imaginationOperations(architecture);
  return imagined + forward(horizon * batchSize, critic) + trained(rows, actor) + trained(rows, critic);
}

/** Imagined steps of all rollouts together. */
const actedRows = ({ horizon, batchSize }: ActorCriticDefinition): number => (horizon - 1) * batchSize;

/** Multiply-adds per row of a network whose first layer sees data, so that nobody needs the gradient of its input. */
interface Layers {
  first: number;
  rest: number;
}

function layers(
  { hiddenLayers, hiddenUnits }: PerceptronArchitecture,
  inputs: number,
  outputs: number,
): Layers {
  return {
    first: inputs * hiddenUnits,
    rest: (hiddenLayers - 1) * hiddenUnits ** 2 + hiddenUnits * outputs,
  };
}

const actorLayers = (definition: ActorSettings & { architecture: WorldModelArchitecture }): Layers =>
  layers(
    definition.perceptron,
    featureSize(definition.architecture),
    distributionOf(actorOf(definition)).headSize,
  );

const forward = (rows: number, { first, rest }: Layers): number => 2 * rows * (first + rest);

const trained = (rows: number, { first, rest }: Layers): number => 2 * rows * (2 * first + 3 * rest);
