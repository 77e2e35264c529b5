import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Dataset } from '../src/main/datasets/dataset';
import type { SequenceSampler } from '../src/main/datasets/sequence-sampler';
import { StreamSampler } from '../src/main/datasets/stream-sampler';
import { WindowSampler } from '../src/main/datasets/window-sampler';
import { onnxRuntimeEngine } from '../src/main/tensor/onnxruntime-engine';
import { TrainStep } from '../src/main/tensor/train-step';
import { sequenceInputs } from '../src/main/trainer/batches';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { describeMachine, describeVersions } from './machine';
import { recordDataset } from './record-dataset';
import { inTemporaryFolder } from './temporary-folder';
import { median } from '../src/main/learning/statistics';
import { worldModelTask, type WorldModelTask } from '../src/main/studio/benchmark/world-model-task';

export interface SamplingBenchOptions {
  preset: string;
  steps: number;
  batch?: number;
  threads?: number;
}

/** Medians over steps, in milliseconds, of what a training loop waits for. */
export interface SamplingTimes {
  /** Reading the batch and laying it out as the step's inputs. */
  sampleMs: number;
  stepMs: number;
  /** Of a typical step: what it costs once the dataset's chunks are decoded. */
  share: number;
  /** Of all the time, the decoding of each chunk at its first use included. */
  shareFromStart: number;
}

export interface SamplingReport {
  preset: string;
  datasetSteps: number;
  stream: SamplingTimes;
  window: SamplingTimes;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const EPISODES = 100;

/** What sampling costs a world-model training loop, on a dataset recorded for the purpose. */
export function benchSampling(options: SamplingBenchOptions): Promise<SamplingReport> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'dataset');
    await recordDataset(path, EPISODES);
    const task = worldModelTask(options.preset, options);
    const threads = options.threads ?? availableParallelism();
    const trainStep = await TrainStep.compile(onnxRuntimeEngine({ threads }), task.step, task);
    // What the first steps allocate is theirs, not the sampler's.
    for (let step = 0; step < 2; step++) await trainStep.run(task.inputs);
    const otherLoad = watchOtherLoad();
    const { batchSize: batch, sequenceLength: length } = task.definition;
    const sampling = { seed: 0, batch, length };
    // Opened anew for each sampler: each begins with nothing decoded.
    const open = (): Promise<Dataset> => Dataset.open(path);
    const streamed = new StreamSampler(await open(), sampling);
    const stream = await timeLoop(task, trainStep, streamed, options.steps);
    const window = await timeLoop(task, trainStep, new WindowSampler(await open(), sampling), options.steps);
    await trainStep.dispose();
    return {
      preset: options.preset,
      datasetSteps: (await open()).steps,
      stream,
      window,
      otherLoad: otherLoad(0),
      machine: describeMachine(),
      versions: describeVersions(),
    };
  });
}

async function timeLoop(
  { definition }: WorldModelTask,
  trainStep: TrainStep,
  sampler: SequenceSampler,
  steps: number,
): Promise<SamplingTimes> {
  const samples: number[] = [];
  const trainings: number[] = [];
  const variables = definition.architecture.stochasticVariables;
  for (let step = 0; step < steps; step++) {
    const begin = performance.now();
    const inputs = sequenceInputs(await sampler.sample(step), {
      seed: 0,
      stream: 'posterior',
      step,
      variables,
    });
    const sampled = performance.now();
    await trainStep.run(inputs);
    samples.push(sampled - begin);
    trainings.push(performance.now() - sampled);
  }
  const sampling = sum(samples);
  return {
    sampleMs: median(samples),
    stepMs: median(trainings),
    share: median(samples) / (median(samples) + median(trainings)),
    shareFromStart: sampling / (sampling + sum(trainings)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
