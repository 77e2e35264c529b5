import { embeddingSize, featureSize, type WorldModelArchitecture } from '../world-model/architecture';
import { encoderMultiplyAdds, imaginationOperations } from '../world-model/operations';
import type { ActorCriticDefinition } from './actor-critic';
import type { BehaviorCloningDefinition } from './behavior-cloning';
import type { DreamBehaviorCloningDefinition } from './d-bc';
import { judgedSize, type DreamGailDefinition } from './d-gail';
import { comparedSize, type DittoDefinition } from './ditto';
import type { PerceptronArchitecture } from './policy';

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
  const { architecture, perceptron, batchSize } = definition;
  return trained(batchSize, actorLayers(architecture, perceptron));
}

export function behaviorCloningOperations(definition: BehaviorCloningDefinition): number {
  const { batchSize, convolutionDepth, perceptron, actions } = definition;
  const encoder = encoderMultiplyAdds(definition);
  const head = layers(perceptron, embeddingSize(convolutionDepth), actions);
  return trained(batchSize, { first: encoder.first, rest: encoder.rest + head.first + head.rest });
}

function actorCriticOperations(definition: ActorCriticDefinition): number {
  const { architecture, perceptron, batchSize, horizon } = definition;
  const rows = actedRows(definition);
  const actor = actorLayers(architecture, perceptron);
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

const actorLayers = (architecture: WorldModelArchitecture, perceptron: PerceptronArchitecture): Layers =>
  layers(perceptron, featureSize(architecture), architecture.actions);

const forward = (rows: number, { first, rest }: Layers): number => 2 * rows * (first + rest);

const trained = (rows: number, { first, rest }: Layers): number => 2 * rows * (2 * first + 3 * rest);
