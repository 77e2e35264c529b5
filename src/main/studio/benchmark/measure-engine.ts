import { benchmarkPresets, type EngineBenchmark } from '../../../shared/contract/benchmark';
import { median } from '../../learning/statistics';
import { trainingOperations } from '../../learning/world-model/operations';
import { selectEngine } from '../../tensor/engines';
import { measureGemmPeak } from '../../tensor/gemm-peak';
import type { Engine } from '../../tensor/program';
import { TrainStep } from '../../tensor/train-step';
import { versions } from '../../trainer/run-folder';
import { watchOtherLoad } from './other-load';
import { worldModelTask } from './world-model-task';

const GEMM_SECONDS = 3;
const STEP_SECONDS = { nano: 2, tiny: 4 } as const;
/** First steps, in which engines allocate; their times do not count. */
const WARM_UP_STEPS = 2;
/** A step that would take longer than this is left out: on such an engine nobody trains. */
const LONGEST_STEP_SECONDS = 2;

/**
 * Measures an engine for about ten seconds: the best rate of matrix products, and the median training step of small
 * world models. Throws StudioError if the engine cannot be used here.
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
  for (const [index, preset] of benchmarkPresets.entries()) {
    const share = 0.4 + 0.3 * index;
    onProgress(`A world model of preset ${preset}`, share);
    const last = steps.at(-1);
    const operations = operationsOf(preset);
    if (last && (last.milliseconds * operations) / last.operations > 1000 * LONGEST_STEP_SECONDS) break;
    const times = await timeSteps(engine, preset, STEP_SECONDS[preset]);
    steps.push({ preset, operations, milliseconds: median(times), count: times.length });
  }
  const { cpu, onnxruntime } = versions();
  return {
    ...{ engine: engine.id, measured: new Date().toISOString(), processor: cpu, onnxruntime },
    ...{ gemmGflops, steps, otherLoad: otherLoad(0) },
  };
}

function operationsOf(preset: (typeof benchmarkPresets)[number]): number {
  const { architecture, batchSize, sequenceLength } = worldModelTask(preset).definition;
  return trainingOperations(architecture, batchSize, sequenceLength);
}

/** Milliseconds of training steps, for as long as said and at least one. */
async function timeSteps(engine: Engine, preset: string, seconds: number): Promise<number[]> {
  const task = worldModelTask(preset);
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
