import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { dittoConfiguration } from '../../src/shared/configuration/agent';
import { findPreset } from '../../src/shared/configuration/presets';
import { randomGenerator } from '../../src/shared/random';
import { behaviorCloningTrainStep } from '../../src/main/learning/agents/behavior-cloning';
import { dreamBehaviorCloningTrainStep } from '../../src/main/learning/agents/d-bc';
import { dittoTrainStep } from '../../src/main/learning/agents/ditto';
import { dreamGailTrainStep } from '../../src/main/learning/agents/d-gail';
import {
  nanoArchitecture,
  nanoOptimizer,
  nanoParameters,
  nanoPixels,
} from '../../src/main/learning/testing/nano';
import { nanoActorCritic } from '../../src/main/learning/testing/rollouts';
import { dittoTask } from '../../src/main/studio/benchmark/ditto-task';
import { worldModelTask } from '../../src/main/studio/benchmark/world-model-task';
import { lowerProgram } from '../../src/main/tensor/lowered-program';
import { onnxRuntimeEngine } from '../../src/main/tensor/onnxruntime-engine';
import type { NamedValues, TensorValues } from '../../src/main/tensor/program';
import { TrainStep, trainStepProgram, type TrainStepDefinition } from '../../src/main/tensor/train-step';
import { defineDitto } from '../../src/main/trainer/agent-definitions';

/** Chromium's graphics driver that computes on the CPU: the GPU of machines that have none. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const vulkan = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/libvulkan.so.1`);
const hasDriver = existsSync(swiftShader) && vulkan.some((path) => existsSync(path));
const onSwiftShader = hasDriver ? describe : describe.skip;

const gpu = onnxRuntimeEngine({ provider: 'webgpu' });
const cpu = onnxRuntimeEngine({ provider: 'cpu' });

interface Task {
  step: TrainStepDefinition;
  parameters: NamedValues;
  carried?: NamedValues;
  frozen?: NamedValues;
  inputs: Record<string, TensorValues>;
}

function nanoDitto(): Task {
  const configuration = dittoConfiguration.parse(findPreset('nano').ditto);
  return dittoTask(defineDitto(configuration, worldModelTask('nano').definition.architecture, 0));
}

const perceptron = { hiddenLayers: 2, hiddenUnits: 8 };

function behaviorCloning(): Task {
  const step = behaviorCloningTrainStep({
    ...{ imageChannels: 1, convolutionDepth: 2, perceptron, batchSize: 8 },
    ...{ actionKind: 'discrete', actions: 3, actionDistribution: 'truncated-normal' },
    ...{ pixels: nanoPixels, optimizer: nanoOptimizer },
  });
  const random = randomGenerator(0, 'frames');
  const observations = Uint8Array.from({ length: 8 * 64 * 64 }, () => random.integer(256));
  const actions = Int32Array.from({ length: 8 }, () => random.integer(3));
  return { step, parameters: nanoParameters(step.parameters), inputs: { observations, actions } };
}

const others: [string, TrainStepDefinition][] = [
  [
    'D-GAIL',
    dreamGailTrainStep({
      ...nanoActorCritic,
      discriminator: perceptron,
      discriminatorInput: 'state-action',
      adversarialReward: 'log',
      gradientPenalty: 'wgan-gp',
      gradientPenaltyWeight: 10,
    }),
  ],
  [
    'D-BC',
    dreamBehaviorCloningTrainStep({
      ...{ architecture: nanoArchitecture, perceptron, batchSize: 16, entropyWeight: 0.1 },
      ...{ actionDistribution: 'truncated-normal', optimizer: nanoOptimizer },
    }),
  ],
];

const vectors = { ...nanoArchitecture, actionKind: 'continuous' } as const;
for (const actionDistribution of ['truncated-normal', 'tanh-normal'] as const) {
  const definition = { ...nanoActorCritic, architecture: vectors, actionDistribution, reinforceShare: 0 };
  others.push([
    `DITTO of vectors, ${actionDistribution}`,
    dittoTrainStep({
      ...definition,
      ...{
        rewardMeasure: 'max-cosine',
        rewardMatch: 'same-step',
        rewardLatent: 'full',
        expertLatentCount: 0,
      },
    }),
  ]);
}

const trained: [string, Task, updates: number][] = [
  ['the world model', worldModelTask('nano'), 20],
  ['DITTO', nanoDitto(), 20],
  ['behaviour cloning', behaviorCloning(), 3],
];

onSwiftShader('training through WebGPU', () => {
  beforeAll(() => {
    process.env['VK_DRIVER_FILES'] = swiftShader;
  });

  const steps = [...trained.map(([name, { step }]) => [name, step] as const), ...others];
  test.each(steps)('all of a step of %s runs on the device', async (_, step) => {
    const { model } = lowerProgram(trainStepProgram(step), { device: 'gpu' });
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ['webgpu'],
      logSeverityLevel: 4,
      // Refuses a model of which any operator would be left to the CPU.
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    });
    await session.release();
  });

  test.each(trained)(
    'what %s learns is what it learns on the CPU',
    async (_, task, updates) => {
      const there = await TrainStep.compile(gpu, task.step, task);
      const here = await TrainStep.compile(cpu, task.step, task);
      for (let update = 1; update <= updates; update++) {
        const actual = await there.run(task.inputs);
        for (const [name, [expected]] of Object.entries(await here.run(task.inputs))) {
          const error = Math.abs(actual[name]![0]! - expected!);
          expect(error, `${name} of update ${update}`).toBeLessThanOrEqual(1e-3 * Math.abs(expected!) + 1e-5);
        }
      }
      await Promise.all([there.dispose(), here.dispose()]);
    },
    30 * 60_000,
  );

  test('mixed precision is refused where the driver has no float16', async () => {
    const task = worldModelTask('nano');
    const refused = TrainStep.compile(gpu, { ...task.step, precision: 'mixed' }, task);
    await expect(refused).rejects.toThrow(
      /onnxruntime:webgpu does not compute in half precision here .*choose precision float32/,
    );
  });

  test('a sequence is taken apart into more steps than a shader has buffers', async () => {
    const program = await gpu.compile({
      name: 'many-steps',
      state: { sum: [2] },
      inputs: { x: { shape: [50, 2], type: 'float32' } },
      step: ({ sum }, { x }) => ({
        state: { sum: tf.unstack(x!).reduce((total, row, time) => tf.add(total, tf.mul(row, time)), sum!) },
        outputs: {},
      }),
    });
    await program.run({ x: Float32Array.from({ length: 100 }, (_, index) => index % 2) });
    expect(await program.readState()).toEqual({ sum: Float32Array.of(0, 1225) });
    await program.dispose();
  });

  test('what was written is read again, before and after it has been on the device', async () => {
    const task = nanoDitto();
    const step = await TrainStep.compile(gpu, task.step, task);
    const before = await step.snapshot();
    expect(before.parameters).toEqual(task.parameters);
    await step.run(task.inputs);
    const after = await step.snapshot();
    expect(after.parameters).not.toEqual(before.parameters);
    const { loss } = await step.run(task.inputs);
    step.restore(after, 1);
    expect((await step.run(task.inputs))['loss']).toEqual(loss);
    await step.dispose();
  });
});
