import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues, TensorValues } from '../../tensor/program';
import { expectClose } from '../../tensor/testing/compare';
import { TrainStep } from '../../tensor/train-step';
import { nanoArchitecture, nanoOptimizer, nanoParameters } from '../testing/nano';
import {
  constantExpert,
  livelyDynamics,
  meanOf,
  nanoActorCritic,
  nanoDynamics,
  policyProbabilities,
  rolloutInputs,
} from '../testing/rollouts';
import { featureSize } from '../world-model/architecture';
import { initialTarget } from './actor-critic';
import { dreamGailTrainStep, type DreamGailDefinition } from './d-gail';

const compiled = onnxRuntimeEngine({ threads: 1 });
const { actions } = nanoArchitecture;
const width = featureSize(nanoArchitecture);

const nano: DreamGailDefinition = {
  ...nanoActorCritic,
  discriminator: { hiddenLayers: 2, hiddenUnits: 8 },
  discriminatorInput: 'state-action',
  adversarialReward: 'log',
  gradientPenalty: 'none',
  gradientPenaltyWeight: 10,
};

function initialState(definition: DreamGailDefinition) {
  const parameters = nanoParameters(dreamGailTrainStep(definition).parameters, 22);
  return { parameters, carried: initialTarget(parameters), frozen: nanoDynamics };
}

function inputs(definition: DreamGailDefinition, step: number, updateTarget = 0) {
  const random = randomGenerator(25, 'd-gail', step);
  const length = (definition.horizon - 1) * definition.batchSize;
  return {
    ...rolloutInputs(definition, step, updateTarget),
    expertActions: Int32Array.from({ length }, () => random.integer(actions)),
    interpolation: random.fillUniform(new Float32Array(length)),
  };
}

/** The outputs of one step, and the parameters after it. */
async function runOnce(
  definition: DreamGailDefinition,
  given: Record<string, TensorValues>,
  initial: { parameters: NamedValues; carried?: NamedValues; frozen?: NamedValues } = initialState(
    definition,
  ),
) {
  const step = await TrainStep.compile(compiled, dreamGailTrainStep(definition), initial);
  const outputs = await step.run(given);
  const parameters = await step.parameters();
  await step.dispose();
  const numbers = Object.fromEntries(Object.entries(outputs).map(([name, [value]]) => [name, value!]));
  return { outputs: numbers, parameters };
}

const ofNetwork = (network: string, parameters: NamedValues): NamedValues =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith(`${network}/`)));

test.each([
  { discriminatorInput: 'state-action', adversarialReward: 'log' },
  { discriminatorInput: 'state-pair', adversarialReward: 'probability', normalizeAdvantage: true },
  { discriminatorInput: 'state-action', gradientPenalty: 'wgan-gp' },
  { discriminatorInput: 'state-pair', gradientPenalty: 'r1' },
] as const)('the compiled step agrees with eager TF.js (%j)', async (variant) => {
  const definition = { ...nano, ...variant };
  const fast = await TrainStep.compile(compiled, dreamGailTrainStep(definition), initialState(definition));
  const slow = await TrainStep.compile(
    eagerEngine('cpu'),
    dreamGailTrainStep(definition),
    initialState(definition),
  );
  for (let step = 0; step < 3; step++) {
    const given = inputs(definition, step, step === 1 ? 1 : 0);
    expectClose(await fast.run(given), await slow.run(given), 2e-5);
  }
  const [actual, expected] = [await fast.snapshot(), await slow.snapshot()];
  expectClose(actual.parameters, expected.parameters, 1e-4);
  expectClose(actual.carried, expected.carried, 1e-4);
  await fast.dispose();
});

/** A discriminator without hidden layers whose logit is 2 where the action is the first one, else -1. */
describe('with a discriminator that knows one action', () => {
  const definition: DreamGailDefinition = { ...nano, discriminator: { hiddenLayers: 0, hiddenUnits: 1 } };
  const weight = new Float32Array(width + actions);
  weight[width] = 3;
  const parameters = {
    'discriminator/head/weight': weight,
    'discriminator/head/bias': Float32Array.of(-1),
    // The policy always takes the second action.
    'actor/head/bias': Float32Array.of(0, 50, 0),
  };
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  // The expert takes the first action in 3 of its 9 states.
  const given = { ...inputs(definition, 0), expertActions: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2) };
  const run = (changes: Partial<DreamGailDefinition>) =>
    runOnce({ ...definition, ...changes }, given, { parameters, frozen: nanoDynamics });

  test('the losses are those of eq. 3', async () => {
    const { outputs } = await run({});
    const expert = -(3 * Math.log(sigmoid(2)) + 6 * Math.log(sigmoid(-1))) / 9;
    expect(outputs['discriminatorLoss']).toBeCloseTo(expert - Math.log(1 - sigmoid(-1)), 5);
    expect(outputs['expertProbability']).toBeCloseTo((3 * sigmoid(2) + 6 * sigmoid(-1)) / 9, 5);
    expect(outputs['agentProbability']).toBeCloseTo(sigmoid(-1), 5);
    expect(outputs['loss']).toBeCloseTo(
      outputs['actorLoss']! + outputs['criticLoss']! + outputs['discriminatorLoss']!,
      4,
    );
  });

  test('the reward is -log(1 - D), or D', async () => {
    const { outputs: log } = await run({});
    expect(log['reward']).toBeCloseTo(-Math.log(1 - sigmoid(-1)), 5);
    const { outputs: probability } = await run({ adversarialReward: 'probability' });
    expect(probability['reward']).toBeCloseTo(sigmoid(-1), 5);
  });

  test('the gradient penalty has its weight', async () => {
    const { outputs: without } = await run({});
    const { outputs } = await run({ gradientPenalty: 'r1', gradientPenaltyWeight: 0.1 });
    expect(without['gradientPenalty']).toBe(0);
    expect(outputs['gradientPenalty']).toBeCloseTo(9 / 2, 5);
    expect(outputs['discriminatorLoss']).toBeCloseTo(without['discriminatorLoss']! + 0.45, 4);
  });
});

describe('the discriminator', () => {
  const discriminatorLoss = async (definition: DreamGailDefinition, given: Record<string, TensorValues>) =>
    (await runOnce(definition, given)).outputs['discriminatorLoss'];

  test('sees the action and z, or pairs of h and neither', async () => {
    const given = inputs(nano, 0);
    const otherActions = { ...given, expertActions: given.expertActions.map((a) => (a + 1) % actions) };
    const otherZ = { ...given, expertLatents: given.expertLatents.slice() };
    // The last two states of every rollout, so that what is dreamed stays the same.
    for (let row = 2 * nano.batchSize; row < 4 * nano.batchSize; row++)
      otherZ.expertLatents.fill(1, row * width + nanoArchitecture.deterministicSize, (row + 1) * width);
    const stateAction = await discriminatorLoss(nano, given);
    expect(await discriminatorLoss(nano, otherActions)).not.toBe(stateAction);
    expect(await discriminatorLoss(nano, otherZ)).not.toBe(stateAction);
    const pair = { ...nano, discriminatorInput: 'state-pair' } as const;
    const statePair = await discriminatorLoss(pair, given);
    expect(await discriminatorLoss(pair, otherActions)).toBe(statePair);
    expect(await discriminatorLoss(pair, otherZ)).toBe(statePair);
    // The pair's second state is the window's last one.
    const otherEnd = { ...given, expertLatents: given.expertLatents.slice() };
    otherEnd.expertLatents.fill(0.5, 3 * nano.batchSize * width);
    expect(await discriminatorLoss(nano, otherEnd)).toBe(stateAction);
    expect(await discriminatorLoss(pair, otherEnd)).not.toBe(statePair);
  });

  test('learns the same whatever it pays the policy, and the policy whatever it is penalised by', async () => {
    const unclipped = { ...nano, optimizer: { ...nanoOptimizer, gradientClip: 0 } };
    const given = inputs(nano, 0);
    const { parameters: log } = await runOnce(unclipped, given);
    const { parameters: probability } = await runOnce(
      { ...unclipped, adversarialReward: 'probability' },
      given,
    );
    const { parameters: penalised } = await runOnce({ ...unclipped, gradientPenalty: 'wgan-gp' }, given);
    const initial = initialState(nano).parameters;
    expect(ofNetwork('discriminator', log)).not.toEqual(ofNetwork('discriminator', initial));
    expect(ofNetwork('discriminator', probability)).toEqual(ofNetwork('discriminator', log));
    expect(ofNetwork('actor', probability)).not.toEqual(ofNetwork('actor', log));
    expect(ofNetwork('discriminator', penalised)).not.toEqual(ofNetwork('discriminator', log));
    expect(ofNetwork('actor', penalised)).toEqual(ofNetwork('actor', log));
  });

  test('learns to tell the expert from the policy', async () => {
    const definition = { ...nano, optimizer: { ...nanoOptimizer, learningRate: 1e-2 } };
    const step = await TrainStep.compile(compiled, dreamGailTrainStep(definition), initialState(definition));
    const first = (await step.run(inputs(definition, 0)))['discriminatorLoss']![0]!;
    for (let update = 1; update < 100; update++) await step.run(inputs(definition, update));
    const outputs = await step.run(inputs(definition, 100));
    await step.dispose();
    expect(outputs['discriminatorLoss']![0]).toBeLessThan(first - 0.3);
    expect(outputs['expertProbability']![0]).toBeGreaterThan(outputs['agentProbability']![0]! + 0.2);
  });
});

test('the target critic is copied when that is asked for, unlike in the released code', async () => {
  const step = await TrainStep.compile(compiled, dreamGailTrainStep(nano), initialState(nano));
  await step.run(inputs(nano, 0));
  const before = await step.snapshot();
  expect(before.carried).toEqual(initialState(nano).carried);
  await step.run(inputs(nano, 1, 1));
  expect((await step.snapshot()).carried).toEqual(initialTarget(before.parameters));
  await step.dispose();
});

test('the world model stays as it is', async () => {
  const step = await TrainStep.compile(compiled, dreamGailTrainStep(nano), initialState(nano));
  for (let update = 0; update < 3; update++) await step.run(inputs(nano, update));
  const frozen = await step.program.readState(Object.keys(nanoDynamics).map((name) => `frozen/${name}`));
  for (const [name, values] of Object.entries(nanoDynamics)) expect(frozen[`frozen/${name}`]).toEqual(values);
  await step.dispose();
});

test.each([
  { discriminatorInput: 'state-action', adversarialReward: 'log' },
  { discriminatorInput: 'state-pair', adversarialReward: 'probability' },
  { discriminatorInput: 'state-action', adversarialReward: 'log', gradientPenalty: 'r1' },
] as const)('learns the action that the expert takes (%j)', async (variant) => {
  const WANTED = 2;
  const definition: DreamGailDefinition = {
    ...nano,
    ...variant,
    batchSize: 32,
    entropyWeight: 1e-3,
    gradientPenaltyWeight: 0.1,
    optimizer: { learningRate: 1e-2, epsilon: 1e-5, weightDecay: 0, gradientClip: 100 },
  };
  const expert = await constantExpert(compiled, definition, WANTED);
  const initial = { ...initialState(definition), frozen: livelyDynamics };
  const step = await TrainStep.compile(compiled, dreamGailTrainStep(definition), initial);
  const chosen = new Int32Array((definition.horizon - 1) * definition.batchSize).fill(WANTED);
  for (let update = 0; update < 200; update++) {
    const given = inputs(definition, update, update % 10 === 0 ? 1 : 0);
    await step.run({ ...given, expertActions: chosen, expertLatents: await expert.latents(update) });
  }
  const actor = ofNetwork('actor', await step.parameters());
  const probabilities = await policyProbabilities(compiled, definition, actor, await expert.latents(200));
  await Promise.all([step.dispose(), expert.dispose()]);
  expect(meanOf(probabilities.map((row) => row[WANTED]!))).toBeGreaterThan(0.9);
});
