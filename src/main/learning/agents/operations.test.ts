import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { countedOperations } from '../testing/counted-operations';
import { nanoArchitecture, nanoOptimizer, nanoPixels } from '../testing/nano';
import { nanoActorCritic } from '../testing/rollouts';
import { worldModelTrainStep } from '../world-model/world-model';
import { trainingOperations } from '../world-model/operations';
import { behaviorCloningTrainStep, type BehaviorCloningDefinition } from './behavior-cloning';
import { dreamBehaviorCloningTrainStep } from './d-bc';
import { dreamGailTrainStep, type DreamGailDefinition } from './d-gail';
import { dittoTrainStep, type DittoDefinition } from './ditto';
import {
  behaviorCloningOperations,
  dittoOperations,
  dreamBehaviorCloningOperations,
  dreamGailOperations,
} from './operations';

/** Wide enough that the small products of samples, which belong to no layer, stay within the bound. */
const perceptron = { hiddenLayers: 3, hiddenUnits: 10 };

const ditto: DittoDefinition = {
  ...{ ...nanoActorCritic, perceptron },
  ...{ rewardMeasure: 'max-cosine', rewardMatch: 'same-step', rewardLatent: 'full', expertLatentCount: 0 },
};
const dreamGail: DreamGailDefinition = {
  ...{ ...nanoActorCritic, perceptron, discriminator: { hiddenLayers: 2, hiddenUnits: 5 } },
  ...{ discriminatorInput: 'state-action', adversarialReward: 'log' },
  ...{ gradientPenalty: 'none', gradientPenaltyWeight: 10 },
};

/** Samples are drawn with small products, too, which belong to no layer. */
function expectNear(operations: number, counted: number): void {
  expect(Math.abs(operations / counted - 1)).toBeLessThan(0.03);
}

test('a world model takes the products and convolutions that are counted', async () => {
  const definition = {
    ...{ architecture: nanoArchitecture, pixels: nanoPixels, batchSize: 2, sequenceLength: 3 },
    ...{ klWeight: 1, klBalance: 0.8, optimizer: nanoOptimizer },
  };
  const counted = await countedOperations(worldModelTrainStep(definition));
  expectNear(trainingOperations(nanoArchitecture, 2, 3), counted);
});

test.each([
  {},
  { rewardMatch: 'nearest', expertLatentCount: 40 },
  { rewardMatch: 'nearest', expertLatentCount: 40, rewardLatent: 'deterministic' },
] as const)('DITTO takes the products that are counted (%j)', async (variant) => {
  const definition = { ...ditto, ...variant };
  expectNear(dittoOperations(definition), await countedOperations(dittoTrainStep(definition)));
});

test.each([
  {},
  { discriminatorInput: 'state-pair' },
  { gradientPenalty: 'r1' },
  { gradientPenalty: 'wgan-gp' },
] as const)('D-GAIL takes the products that are counted (%j)', async (variant) => {
  const definition = { ...dreamGail, ...variant };
  expectNear(dreamGailOperations(definition), await countedOperations(dreamGailTrainStep(definition)));
});

test('D-BC and behaviour cloning take the products that are counted', async () => {
  const common = {
    ...{ perceptron, batchSize: 4, optimizer: nanoOptimizer },
    actionDistribution: 'truncated-normal' as const,
  };
  const latent = { ...common, architecture: nanoArchitecture, entropyWeight: 0.1 };
  expect(dreamBehaviorCloningOperations(latent)).toBe(
    await countedOperations(dreamBehaviorCloningTrainStep(latent)),
  );
  const pixel: BehaviorCloningDefinition = {
    ...{ ...common, pixels: nanoPixels, imageChannels: 3, convolutionDepth: 2 },
    ...{ actionKind: 'discrete', actions: 5 },
  };
  expect(behaviorCloningOperations(pixel)).toBe(await countedOperations(behaviorCloningTrainStep(pixel)));
});
