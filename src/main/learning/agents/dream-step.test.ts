import { afterAll, beforeAll, expect, test } from 'vitest';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues, Program } from '../../tensor/program';
import { relativeError } from '../../tensor/testing/compare';
import { nanoArchitecture, nanoParameters, nanoPixels, randomTensor } from '../testing/nano';
import { livelyDynamics, meanOf, nanoLatents } from '../testing/rollouts';
import { featureSize } from '../world-model/architecture';
import { dreamStepProgram } from './dream-step';
import { heldOutProgram, type DreamingPolicy } from './held-out';

const engine = onnxRuntimeEngine({ threads: 1 });
const [BATCH, HORIZON] = [2, 4];
const width = featureSize(nanoArchitecture);
const variables = nanoArchitecture.stochasticVariables;
const reader = { architecture: nanoArchitecture, pixels: nanoPixels };
const policyOf = (sight: DreamingPolicy['sight']): DreamingPolicy => ({
  ...{ sight, convolutionDepth: 1 },
  perceptron: { hiddenLayers: 1, hiddenUnits: 8 },
  actionDistribution: 'truncated-normal',
});

const expertLatents = Float32Array.from(
  Array.from({ length: HORIZON }, (_, step) => [...nanoLatents(BATCH, step)]).flat(),
);
const noise = {
  priorUniform: randomTensor([HORIZON - 1, BATCH, variables], 'prior', 0, 1),
  actionUniform: randomTensor([HORIZON - 1, BATCH, 1], 'action', 0, 1),
};

/** Parameters of world model and policy under which actions matter. */
function parameters(program: Program): NamedValues {
  const { state } = program.definition;
  const all = { ...nanoParameters(state), ...livelyDynamics };
  return Object.fromEntries(Object.keys(state).map((name) => [name, all[name]!]));
}

/** Values of step `step` of a `[steps, batch, …]` array. */
const at = (values: Float32Array, step: number): Float32Array => {
  const size = values === expertLatents ? BATCH * width : values.length / (HORIZON - 1);
  return values.subarray(step * size, (step + 1) * size);
};

/** Dreams step by step from the expert's first state. */
async function dreamBySteps(program: Program, given: number[][]) {
  let latents = at(expertLatents, 0);
  const steps = [];
  for (let step = 0; step < HORIZON - 1; step++) {
    const outputs = await program.run({
      latents,
      givenActions: Int32Array.from(given[step]!),
      isGiven: Float32Array.from(given[step]!, (action) => (action < 0 ? 0 : 1)),
      priorUniform: at(noise.priorUniform, step),
      actionUniform: at(noise.actionUniform, step),
      expertLatents: at(expertLatents, step + 1),
    });
    latents = outputs['latents'] as Float32Array;
    steps.push(outputs);
  }
  return steps;
}

const nobody = Array.from({ length: HORIZON - 1 }, () => Array<number>(BATCH).fill(-1));

test.each(['latent', 'pixels'] as const)(
  'a policy that sees %s dreams as in the held-out measure',
  async (sight) => {
    const policy = policyOf(sight);
    const program = await engine.compile(dreamStepProgram({ ...reader, policy, batch: BATCH }));
    program.writeState(parameters(program));
    const steps = await dreamBySteps(program, nobody);
    const whole = await engine.compile(
      heldOutProgram({ ...reader, ...policy, rewardLatent: 'full', batchSize: BATCH, horizon: HORIZON }),
    );
    whole.writeState(parameters(program));
    const expected = await whole.run({
      ...{ expertLatents, ...noise, expertActions: new Int32Array(HORIZON * BATCH) },
      expertFrames: new Uint8Array(HORIZON * BATCH * 64 * 64),
    });
    await Promise.all([program.dispose(), whole.dispose()]);
    expect(steps.flatMap(({ actions }) => [...actions!])).toEqual([...expected['actions']!]);
    const latents = steps.flatMap((step) => [...step['latents']!]);
    expect(relativeError(latents, expected['latents']!.subarray(BATCH * width))).toBeLessThan(1e-5);
    steps.forEach(({ latentDistance }, step) => {
      expect(meanOf(latentDistance!)).toBeCloseTo(expected['latentDistance']![step]!, 5);
    });
  },
);

let open: Program;
let steered: Program;
beforeAll(async () => {
  open = await engine.compile(dreamStepProgram({ ...reader, batch: BATCH }));
  steered = await engine.compile(dreamStepProgram({ ...reader, policy: policyOf('latent'), batch: BATCH }));
  for (const program of [open, steered]) program.writeState(parameters(program));
});
afterAll(() => Promise.all([open.dispose(), steered.dispose()]));

test('a given action takes the place of the policy’s, row by row', async () => {
  const free = await dreamBySteps(steered, nobody);
  const other = (Number(free[0]!['actions']![0]) + 1) % nanoArchitecture.actions;
  const taken = await dreamBySteps(steered, [[other, -1], ...nobody.slice(1)]);
  expect(taken[0]!['actions']![0]).toBe(other);
  expect(taken[0]!['actions']![1]).toBe(free[0]!['actions']![1]);
  const row = (steps: typeof free, index: number) => [
    ...steps[0]!['latents']!.subarray(index * width, (index + 1) * width),
  ];
  expect(row(taken, 0)).not.toEqual(row(free, 0));
  expect(row(taken, 1)).toEqual(row(free, 1));
});

test('with all actions given nobody else is needed', async () => {
  const actions = [
    [0, 2],
    [1, 1],
    [2, 0],
  ];
  const alone = await dreamBySteps(open, actions);
  expect(alone.map((step) => [...step['actions']!])).toEqual(actions);
  const beside = await dreamBySteps(steered, actions);
  alone.forEach((step, index) => {
    expect(relativeError(step['latents']!, beside[index]!['latents']!)).toBeLessThan(1e-6);
    expect(relativeError(step['images']!, beside[index]!['images']!)).toBeLessThan(1e-6);
  });
});
