import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues } from '../../tensor/program';
import { expectClose } from '../../tensor/testing/compare';
import { TrainStep } from '../../tensor/train-step';
import { nanoArchitecture, nanoOptimizer, nanoParameters } from '../testing/nano';
import {
  constantExpert,
  livelyDynamics,
  meanOf,
  nanoActorCritic,
  nanoDynamics,
  nanoLatents,
  policyProbabilities,
  rolloutInputs,
} from '../testing/rollouts';
import { featureSize } from '../world-model/architecture';
import { initialTarget } from './actor-critic';
import { dittoTrainStep, expertLatentShapes, type DittoDefinition } from './ditto';

const compiled = onnxRuntimeEngine({ threads: 1 });
const { actions, deterministicSize, stochasticClasses } = nanoArchitecture;
const width = featureSize(nanoArchitecture);

const nano: DittoDefinition = {
  ...nanoActorCritic,
  rewardMeasure: 'max-cosine',
  rewardMatch: 'same-step',
  rewardLatent: 'full',
  expertLatentCount: 0,
};

function initialState(definition: DittoDefinition) {
  const parameters = nanoParameters(dittoTrainStep(definition).parameters, 22);
  const experts = Object.entries(expertLatentShapes(definition)).map(
    ([name, [rows, size]]) => [name, compared(nanoLatents(rows!, 0), size!)] as const,
  );
  const frozen = { ...nanoDynamics, ...Object.fromEntries(experts) };
  return { parameters, carried: initialTarget(parameters), frozen };
}

/** The first elements of each latent. */
function compared(latents: Float32Array, size: number): Float32Array {
  const rows = Array.from({ length: latents.length / width }, (_, row) => row * width);
  return Float32Array.from(rows.flatMap((row) => [...latents.subarray(row, row + size)]));
}

test.each([
  { rewardLatent: 'full', normalizeAdvantage: false },
  { rewardLatent: 'deterministic', normalizeAdvantage: true },
  { rewardMeasure: 'cosine' },
  { rewardMeasure: 'l2', rewardMatch: 'nearest', expertLatentCount: 20 },
  { rewardLatent: 'deterministic', rewardMatch: 'nearest', expertLatentCount: 5 },
] as const)('the compiled step agrees with eager TF.js (%j)', async (variant) => {
  const definition = { ...nano, ...variant };
  const fast = await TrainStep.compile(compiled, dittoTrainStep(definition), initialState(definition));
  const slow = await TrainStep.compile(
    eagerEngine('cpu'),
    dittoTrainStep(definition),
    initialState(definition),
  );
  for (let step = 0; step < 3; step++) {
    const given = rolloutInputs(definition, step, step === 1 ? 1 : 0);
    expectClose(await fast.run(given), await slow.run(given), 2e-5);
  }
  const [actual, expected] = [await fast.snapshot(), await slow.snapshot()];
  expectClose(actual.parameters, expected.parameters, 1e-4);
  expectClose(actual.carried, expected.carried, 1e-4);
  await fast.dispose();
});

/**
 * With a world model, actor and critics whose weights are all zero everything can be computed by hand: each step halves
 * h (the update gate is ½ and the candidate 0), z is the class that the noise points at, the policy is uniform, and the
 * critic's value is the bias of its head. The target critic alone looks at the state: it adds the first element of h.
 */
describe('with weights of zero', () => {
  const [DISCOUNT, LAMBDA, ENTROPY, VALUE, TARGET] = [0.9, 0.8, 0.05, 0.3, 0.7];
  const hand: DittoDefinition = {
    ...nano,
    batchSize: 1,
    horizon: 3,
    discount: DISCOUNT,
    lambda: LAMBDA,
    entropyWeight: ENTROPY,
    criticWeight: 0.5,
  };
  const start = [0.8, -0.4, 0.2, 0, 0, 0.6];
  const classesOf = (...chosen: number[]): number[] =>
    chosen.flatMap((one) => Array.from({ length: stochasticClasses }, (_, c) => (c === one ? 1 : 0)));
  const half = (h: number[]): number[] => h.map((x) => x / 2);

  const expert = [
    [...start, ...classesOf(0, 0, 0)],
    [0.5, 0, 0, 0.5, 0, 0, ...classesOf(1, 2, 3)],
    [0, 0, 0.3, 0, 0, 0.2, ...classesOf(3, 2, 1)],
  ];
  const agent = [
    expert[0]!,
    // Noise 0.3 points at the second of four equal classes, 0.6 at the third, 0.99 at the last.
    [...half(start), ...classesOf(1, 2, 3)],
    [...half(half(start)), ...classesOf(0, 0, 1)],
  ];
  const noise = [0.3, 0.6, 0.99, 0, 0.1, 0.4];

  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const reward = (a: number[], b: number[]): number => dot(a, b) / Math.max(dot(a, a), dot(b, b));

  /** Rows by columns, with a one in the corner: passes the first element on. */
  const corner = (rows: number, columns: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, (_, i) => (i === 0 ? 1 : 0));

  async function run(definition: DittoDefinition, latents: number[][]) {
    const { hiddenUnits } = definition.perceptron;
    const step = await TrainStep.compile(compiled, dittoTrainStep(definition), {
      parameters: { 'critic/head/bias': Float32Array.of(VALUE) },
      carried: {
        'targetCritic/0/weight': corner(width, hiddenUnits),
        'targetCritic/1/weight': corner(hiddenUnits, hiddenUnits),
        'targetCritic/head/weight': corner(hiddenUnits, 1),
        'targetCritic/head/bias': Float32Array.of(TARGET),
      },
    });
    const outputs = await step.run({
      expertLatents: Float32Array.from(latents.flat()),
      priorUniform: Float32Array.from(noise),
      actionUniform: Float32Array.of(0.5, 0.9),
      updateTarget: Float32Array.of(0),
    });
    await step.dispose();
    return Object.fromEntries(Object.entries(outputs).map(([name, [value]]) => [name, value!]));
  }

  test.each(['full', 'deterministic'] as const)(
    'rewards, returns and losses are as by hand (%s)',
    async (rewardLatent) => {
      const outputs = await run({ ...hand, rewardLatent }, expert);
      const compared = (state: number[]): number[] =>
        rewardLatent === 'full' ? state : state.slice(0, deterministicSize);
      // The start needs no reward: H states have H - 1 of them.
      const [first, second] = [1, 2].map((t) => reward(compared(expert[t]!), compared(agent[t]!))) as [
        number,
        number,
      ];
      const values = agent.map(([h]) => TARGET + h!) as [number, number, number];
      const lastReturn = second + DISCOUNT * values[2];
      const firstReturn = first + DISCOUNT * ((1 - LAMBDA) * values[1] + LAMBDA * lastReturn);
      const returns = [firstReturn, lastReturn];
      const meanOf = (values: number[]): number => (values[0]! + values[1]!) / 2;

      const criticLoss = 0.5 * meanOf(returns.map((value) => (VALUE - value) ** 2));
      const logProbability = -Math.log(actions);
      const actorLoss =
        -meanOf(returns.map((value, t) => logProbability * (value - values[t]!))) -
        ENTROPY * Math.log(actions);
      expect(outputs['reward']).toBeCloseTo(meanOf([first, second]), 5);
      expect(outputs['latentDistance']).toBeCloseTo(1 - meanOf([first, second]), 5);
      expect(outputs['lambdaReturn']).toBeCloseTo(meanOf(returns), 5);
      expect(outputs['policyEntropy']).toBeCloseTo(Math.log(actions), 5);
      expect(outputs['criticLoss']).toBeCloseTo(criticLoss, 5);
      expect(outputs['actorLoss']).toBeCloseTo(actorLoss, 5);
      expect(outputs['loss']).toBeCloseTo(actorLoss + 0.5 * criticLoss, 5);
    },
  );

  test('deterministic rewards do not see z, full ones do; neither depends on the future beyond the horizon', async () => {
    const otherZ = expert.map((state, t) =>
      t === 0 ? state : [...state.slice(0, 6), ...classesOf(2, 1, 0)],
    );
    const deterministic = { ...hand, rewardLatent: 'deterministic' } as const;
    expect((await run(deterministic, otherZ))['reward']).toBe((await run(deterministic, expert))['reward']);
    expect((await run(hand, otherZ))['reward']).not.toBeCloseTo((await run(hand, expert))['reward']!, 2);
    // The last expert latent counts.
    const otherEnd = [expert[0]!, expert[1]!, [...agent[2]!]];
    expect((await run(hand, otherEnd))['reward']).toBeGreaterThan((await run(hand, expert))['reward']! + 0.1);
  });

  test('an expert that does what the agent does is rewarded with 1', async () => {
    expect((await run(hand, agent))['reward']).toBeCloseTo(1, 6);
    expect((await run({ ...hand, rewardLatent: 'deterministic' }, agent))['latentDistance']).toBeCloseTo(
      0,
      6,
    );
  });
});

describe('the nearest match', () => {
  const nearest = { ...nano, rewardMatch: 'nearest', expertLatentCount: 12 } as const;
  const rewardOf = async (definition: DittoDefinition, experts: Float32Array): Promise<number> => {
    const initial = initialState(definition);
    const frozen = { ...initial.frozen, 'expert/latents': experts };
    const step = await TrainStep.compile(compiled, dittoTrainStep(definition), { ...initial, frozen });
    const outputs = await step.run(rolloutInputs(definition, 0));
    await step.dispose();
    return outputs['reward']![0]!;
  };

  test('looks at all of the latents that it is given, in any order, and not at the window', async () => {
    const experts = nanoLatents(12, 5);
    const rows = Array.from({ length: 12 }, (_, row) => [
      ...experts.subarray(row * width, (row + 1) * width),
    ]);
    const reward = await rewardOf(nearest, experts);
    expect(await rewardOf(nearest, Float32Array.from(rows.reverse().flat()))).toBeCloseTo(reward, 6);
    // Every expert latent the same: that one is the nearest.
    const single = Float32Array.from(Array.from({ length: 12 }, () => rows[0]!).flat());
    expect(await rewardOf(nearest, single)).toBeLessThan(reward);
  });

  test('rewards at least what the same step does, if the window is among the latents', async () => {
    const window = rolloutInputs(nearest, 0).expertLatents;
    const step = await TrainStep.compile(compiled, dittoTrainStep(nano), initialState(nano));
    const matched = (await step.run(rolloutInputs(nano, 0)))['reward']![0]!;
    await step.dispose();
    expect(await rewardOf(nearest, window)).toBeGreaterThan(matched + 0.01);
  });
});

describe('the target critic', () => {
  const criticOf = (parameters: NamedValues): NamedValues => initialTarget(parameters);

  test('is the critic of just before the step where that is asked for, and untouched elsewhere', async () => {
    const initial = initialState(nano);
    const step = await TrainStep.compile(compiled, dittoTrainStep(nano), initial);
    expect(Object.keys(initial.carried)).toHaveLength(6);
    for (let update = 0; update < 6; update++) {
      const before = await step.snapshot();
      await step.run(rolloutInputs(nano, update, update % 3 === 2 ? 1 : 0));
      const { carried, parameters } = await step.snapshot();
      expect(carried).toEqual(update % 3 === 2 ? criticOf(before.parameters) : before.carried);
      expect(criticOf(parameters)).not.toEqual(carried);
    }
    await step.dispose();
  });

  test('decides the returns of the step that copies it', async () => {
    const initial = initialState(nano);
    const lost = Object.fromEntries(
      Object.entries(initial.carried).map(([name, values]) => [name, values.map((value) => value + 1)]),
    );
    const lambdaReturn = async (carried: NamedValues, updateTarget: number): Promise<number> => {
      const step = await TrainStep.compile(compiled, dittoTrainStep(nano), { ...initial, carried });
      const outputs = await step.run(rolloutInputs(nano, 0, updateTarget));
      await step.dispose();
      return outputs['lambdaReturn']![0]!;
    };
    const own = await lambdaReturn(initial.carried, 0);
    expect(await lambdaReturn(lost, 1)).toBe(own);
    expect(await lambdaReturn(lost, 0)).not.toBe(own);
  });
});

describe('the world model', () => {
  test('stays as it is', async () => {
    const step = await TrainStep.compile(compiled, dittoTrainStep(nano), initialState(nano));
    for (let update = 0; update < 5; update++) await step.run(rolloutInputs(nano, update));
    const names = Object.keys(nanoDynamics);
    const frozen = await step.program.readState(names.map((name) => `frozen/${name}`));
    for (const name of names) expect(frozen[`frozen/${name}`], name).toEqual(nanoDynamics[name]);
    expect(
      Object.keys((await step.snapshot()).parameters).every((name) => /^(actor|critic)\//.test(name)),
    ).toBe(true);
    await step.dispose();
  });

  test('passes no gradient to the policy: without an advantage only the critic moves', async () => {
    // Rewards and the target critic are zero, and so is the advantage. The critic's loss is not, and the states that it
    // judges come from the policy's actions: were these states not constants to it, the actor would move.
    const definition = { ...nano, entropyWeight: 0, optimizer: { ...nanoOptimizer, weightDecay: 0 } };
    const initial = { ...initialState(definition), carried: {} };
    const given = rolloutInputs(definition, 0);
    given.expertLatents.fill(0, definition.batchSize * width);
    const step = await TrainStep.compile(compiled, dittoTrainStep(definition), initial);
    const outputs = await step.run(given);
    expect(outputs['actorLoss']![0]).toBeCloseTo(0, 10);
    for (const [name, values] of Object.entries(await step.parameters())) {
      if (name.startsWith('actor/')) expect(values, name).toEqual(initial.parameters[name]);
    }
    const { 'critic/0/weight': critic } = await step.parameters();
    expect(critic).not.toEqual(initial.parameters['critic/0/weight']);
    await step.dispose();
  });

  test('may be dreamed in for a single step', async () => {
    const definition = { ...nano, horizon: 2 };
    const step = await TrainStep.compile(compiled, dittoTrainStep(definition), initialState(definition));
    expect(Number.isFinite((await step.run(rolloutInputs(definition, 0)))['loss']![0])).toBe(true);
    await step.dispose();
  });
});

test.each([
  { rewardMeasure: 'max-cosine' },
  { rewardMeasure: 'cosine' },
  { rewardMeasure: 'l2' },
  { rewardMeasure: 'max-cosine', rewardMatch: 'nearest', expertLatentCount: 60 * 4 * 32 },
] as const)('learns the action whose latents the expert has (%j)', async (variant) => {
  const WANTED = 2;
  const definition: DittoDefinition = {
    ...nano,
    ...variant,
    batchSize: 32,
    horizon: 4,
    rewardLatent: 'deterministic',
    entropyWeight: 1e-3,
    optimizer: { learningRate: 1e-2, epsilon: 1e-5, weightDecay: 0, gradientClip: 100 },
  };
  const expert = await constantExpert(compiled, definition, WANTED);
  const all = await Promise.all(Array.from({ length: 60 }, (_, update) => expert.latents(update)));
  const initial = {
    ...initialState(definition),
    frozen: {
      ...livelyDynamics,
      ...('rewardMatch' in variant && {
        'expert/latents': Float32Array.from(
          all.flatMap((latents) => [...compared(latents, deterministicSize)]),
        ),
      }),
    },
  };
  const step = await TrainStep.compile(compiled, dittoTrainStep(definition), initial);
  const rewards: number[] = [];
  for (let update = 0; update < 150; update++) {
    const noise = rolloutInputs(definition, update, update % 10 === 0 ? 1 : 0);
    const outputs = await step.run({ ...noise, expertLatents: await expert.latents(update) });
    rewards.push(outputs['reward']![0]!);
  }
  expect(meanOf(rewards.slice(-10))).toBeGreaterThan(meanOf(rewards.slice(0, 10)) + 0.08);
  const states = await expert.latents(150);
  const policy = await policyProbabilities(compiled, definition, await step.parameters(), states);
  expect(meanOf(policy.map((row) => row[WANTED]!))).toBeGreaterThan(0.9);
  await Promise.all([step.dispose(), expert.dispose()]);
});
