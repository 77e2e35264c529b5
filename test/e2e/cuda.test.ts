import { describe, expect, test } from 'vitest';
import { trainingTask } from '../../src/main/studio/benchmark/training-task';
import { describeEngines } from '../../src/main/tensor/engines';
import { onnxRuntimeEngine } from '../../src/main/tensor/onnxruntime-engine';
import type { NamedValues } from '../../src/main/tensor/program';
import { TrainStep } from '../../src/main/tensor/train-step';

const engine = (await describeEngines()).find(({ id }) => id === 'onnxruntime:cuda')!;
const UPDATES = 20;
/** Products are in TF32: on an H200 the losses differed by 8e-4 at most. */
const TOLERANCE = 2e-3;

describe.skipIf(!engine.available)(
  'training through CUDA (skipped where DITTO_CUDA names no folder that "engines setup cuda" made, or there is no NVIDIA GPU)',
  () => {
    test.each(['world-model', 'ditto'] as const)(
      'what %s learns is what it learns on the CPU',
      async (training) => {
        const task = trainingTask(training, 'nano');
        const there = await TrainStep.compile(onnxRuntimeEngine({ provider: 'cuda' }), task.step, task);
        const here = await TrainStep.compile(onnxRuntimeEngine({ provider: 'cpu' }), task.step, task);
        for (let update = 1; update <= UPDATES; update++) {
          const [actual, expected] = [await there.run(task.inputs), await here.run(task.inputs)];
          const error = Math.abs(actual['loss']![0]! - expected['loss']![0]!);
          expect(error, `update ${update}`).toBeLessThanOrEqual(TOLERANCE * Math.abs(expected['loss']![0]!));
        }
        await Promise.all([there.dispose(), here.dispose()]);
      },
    );

    test.each(['world-model', 'ditto'] as const)(
      'what %s learns there it learns again, to the last bit',
      async (training) => {
        const task = trainingTask(training, 'tiny');
        const learn = async (): Promise<NamedValues> => {
          const step = await TrainStep.compile(onnxRuntimeEngine({ provider: 'cuda' }), task.step, task);
          for (let update = 0; update < UPDATES; update++) await step.run(task.inputs);
          const learned = await step.parameters();
          await step.dispose();
          return learned;
        };
        expect(await learn()).toEqual(await learn());
      },
    );
  },
);
