import {
  benchmarkPresets,
  benchmarkTrainings,
  type BenchmarkTraining,
  type EngineBenchmark,
} from '../../../shared/contract/benchmark';
import { median } from '../../learning/statistics';
import { selectEngine } from '../../tensor/engines';
import { measureGemmPeak } from '../../tensor/gemm-peak';
import type { Engine } from '../../tensor/program';
import { TrainStep } from '../../tensor/train-step';
import { versions } from '../../trainer/run-folder';
import { watchOtherLoad } from './other-load';
import { trainingTask, type TrainingTask } from './training-task';

type Preset = (typeof benchmarkPresets)[number];

const GEMM_SECONDS = 2.5;
/** Of each training; together with the starts of six programs this comes to about ten seconds. */
const STEP_SECONDS: Readonly<Record<Preset, number>> = { nano: 0.75, tiny: 2 };
/** First steps, in which engines allocate; their times do not count. */
const WARM_UP_STEPS = 2;
/** A step that would take longer, were time in proportion to operations, is left out: nobody trains on such an engine. */
const LONGEST_STEP_SECONDS = 8;

/**
 * Measures an engine for about ten seconds: the best rate of matrix products, and the median training steps of small
 * world models and of DITTO in them. Throws StudioError if the engine cannot be used here.
 * @param onProgress what is being measured, and the share of all that is done
 */
export async function measureEngine(
  id: string,
  onProgress: (phase: string, share: number) => void,
): Promise<EngineBenchmark> {
  onProgress('Starting the engine', 0);
  const engine = await selectEngine(id);
  const otherLoad = watchOtherLoad();
  onProgress('Matrix products', 0.1);
  const gemmGflops = await measureGemmPeak(engine, GEMM_SECONDS);
  const steps: EngineBenchmark['steps'] = [];
  for (const [index, training] of benchmarkTrainings.entries()) {
    onProgress(training === 'ditto' ? 'Steps of DITTO' : 'Steps of a world model', 0.4 + 0.3 * index);
    steps.push(...(await measureTraining(engine, training)));
  }
  const { cpu, onnxruntime } = versions();
  return {
    ...{ engine: engine.id, measured: new Date().toISOString(), processor: cpu, onnxruntime },
    ...{ gemmGflops, steps, otherLoad: otherLoad(0) },
  };
}

/** Median steps of all presets, smallest first, until one would take too long. */
async function measureTraining(
  engine: Engine,
  training: BenchmarkTraining,
): Promise<EngineBenchmark['steps']> {
  const steps: EngineBenchmark['steps'] = [];
  for (const preset of benchmarkPresets) {
    const task = trainingTask(training, preset);
    const { operations } = task;
    const last = steps.at(-1);
    if (last && (last.milliseconds * operations) / last.operations > 1000 * LONGEST_STEP_SECONDS) break;
    const times = await timeSteps(engine, task, STEP_SECONDS[preset]);
    steps.push({ training, preset, operations, milliseconds: median(times), count: times.length });
  }
  return steps;
}

/** Milliseconds of training steps, for as long as said and at least one. */
async function timeSteps(engine: Engine, task: TrainingTask, seconds: number): Promise<number[]> {
  const trainStep = await TrainStep.compile(engine, task.step, task);
  try {
    for (let step = 0; step < WARM_UP_STEPS; step++) await trainStep.run(task.inputs);
    const times: number[] = [];
    const end = performance.now() + 1000 * seconds;
    while (times.length === 0 || performance.now() < end) {
      const start = performance.now();
      await trainStep.run(task.inputs);
      times.push(performance.now() - start);
    }
    return times;
  } finally {
    await trainStep.dispose();
  }
}
