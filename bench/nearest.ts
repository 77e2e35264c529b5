import { availableParallelism } from 'node:os';
import { parseConfiguration } from '../src/shared/configuration/field';
import { dittoConfiguration } from '../src/shared/configuration/agent';
import { findPreset } from '../src/shared/configuration/presets';
import { comparedSize, type DittoDefinition } from '../src/main/learning/agents/ditto';
import { onnxRuntimeEngine } from '../src/main/tensor/onnxruntime-engine';
import type { Engine } from '../src/main/tensor/program';
import { TrainStep } from '../src/main/tensor/train-step';
import { defineDitto } from '../src/main/trainer/agent-definitions';
import { measureGemmPeak } from '../src/main/tensor/gemm-peak';
import { describeMachine, describeVersions, peakMemoryMiB } from './machine';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { median } from '../src/main/learning/statistics';
import { dittoTask } from '../src/main/studio/benchmark/ditto-task';
import { sizedWorldModel } from '../src/main/studio/benchmark/world-model-task';

export interface NearestBenchOptions {
  preset: string;
  latents: number;
  steps: number;
  batch?: number;
  threads?: number;
}

/** What the reward of eq. 7 costs a DITTO step, against the reward of eq. 8. */
export interface NearestReport {
  preset: string;
  batchSize: number;
  horizon: number;
  /** |D_E| */
  latents: number;
  /** Medians of a whole training step, in milliseconds. */
  sameStepMs: number;
  nearest: Record<'full' | 'deterministic', NearestCost>;
  gemmPeakGflops: number;
  peakMemoryMiB: number;
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

interface NearestCost {
  /** Elements of a latent that are compared. */
  features: number;
  stepMs: number;
  /** Of the product of all agent with all expert latents. */
  gflop: number;
  /** Rate of that product, were it all that the step takes longer for, as a share of the best rate of products here. */
  peakShare: number;
}

export async function benchNearest(options: NearestBenchOptions): Promise<NearestReport> {
  const engine = onnxRuntimeEngine({ threads: options.threads ?? availableParallelism() });
  const { architecture } = sizedWorldModel(options.preset);
  const configuration = parseConfiguration(dittoConfiguration, {
    ...findPreset(options.preset).ditto,
    ...(options.batch === undefined ? {} : { batchSize: options.batch }),
  });
  const { batchSize, horizon } = configuration;
  const gemmPeakGflops = await measureGemmPeak(engine);
  const otherLoad = watchOtherLoad();
  const time = (changes: Partial<DittoDefinition>): Promise<number> =>
    timeStep(
      engine,
      { ...defineDitto(configuration, architecture, options.latents), ...changes },
      options.steps,
    );
  const sameStepMs = await time({ rewardMatch: 'same-step' });
  const cost = async (rewardLatent: 'full' | 'deterministic'): Promise<NearestCost> => {
    const features = comparedSize({ architecture, rewardLatent });
    const stepMs = await time({ rewardMatch: 'nearest', rewardLatent });
    const gflop = (2 * (horizon - 1) * batchSize * options.latents * features) / 1e9;
    const peakShare = gflop / ((stepMs - sameStepMs) / 1000) / gemmPeakGflops;
    return { features, stepMs, gflop, peakShare };
  };
  return {
    ...{ preset: options.preset, batchSize, horizon, latents: options.latents, sameStepMs },
    nearest: { full: await cost('full'), deterministic: await cost('deterministic') },
    gemmPeakGflops,
    peakMemoryMiB: peakMemoryMiB(),
    otherLoad: otherLoad(0),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

const WARM_UP_STEPS = 2;

async function timeStep(engine: Engine, definition: DittoDefinition, steps: number): Promise<number> {
  const task = dittoTask(definition);
  const trainStep = await TrainStep.compile(engine, task.step, task);
  const times: number[] = [];
  for (let update = 0; update < WARM_UP_STEPS + steps; update++) {
    const begin = performance.now();
    await trainStep.run(task.inputs);
    if (update >= WARM_UP_STEPS) times.push(performance.now() - begin);
  }
  await trainStep.dispose();
  return median(times);
}
