import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { trainingTask, type TrainingTask } from '../src/main/studio/benchmark/training-task';
import type { StepSize } from '../src/main/studio/benchmark/world-model-task';
import { selectEngine } from '../src/main/tensor/engines';
import { measureGemmPeak } from '../src/main/tensor/gemm-peak';
import type { Precision } from '../src/main/tensor/graph';
import type { Engine } from '../src/main/tensor/program';
import { TrainStep } from '../src/main/tensor/train-step';
import type { StoredTensor } from '../src/main/trainer/safetensors';
import { peakMemoryMiB } from './machine';
import type { Peer, PeerMode, PeerSettings } from './peer';
import { startPeer } from './start-peer';
import { reportTrainStep, WARM_UP_STEPS, type Series, type TrainStepReport } from './train-step-report';

/** Both runtimes' threads go on spinning for a moment after a step, which must not cost the other one. */
const PAUSE_MS = 20;

export interface TrainStepBenchOptions extends StepSize {
  preset: string;
  steps: number;
  /** Of ours, e.g. `onnxruntime:webgpu`. */
  engine: string;
  /** PyTorch beside us, in the mode that is named or the fastest. */
  peer?: PeerMode | 'fastest';
  peerDevice: PeerSettings['device'];
  threads?: number;
  /** Of ours. */
  precision?: Precision;
}

/** Times training steps of the preset, alternating with the peer's if there is one. */
export async function benchTrainStep(
  training: BenchmarkTraining,
  options: TrainStepBenchOptions,
): Promise<TrainStepReport> {
  const threads = options.threads ?? availableParallelism();
  const engine = await selectEngine(options.engine, { threads });
  const task = trainingTask(training, options.preset, options);
  const { definition } = task;
  const { peer, peerModesMs, stop } = await startPeer(options.peer, {
    ...{ training, definition, tensors: storedTask(task), threads, device: options.peerDevice },
  });
  try {
    const series = await runSteps(task, engine, options, peer);
    const gemmPeakGflops = await measureGemmPeak(engine);
    const ours = { preset: options.preset, engine: engine.id, threads, gemmPeakGflops };
    return reportTrainStep(task, ours, series, peer, peerModesMs);
  } finally {
    await stop();
  }
}

function storedTask({
  step,
  parameters,
  carried,
  frozen,
  inputs,
}: TrainingTask): Record<string, StoredTensor> {
  const inputShapes = Object.fromEntries(
    Object.entries(step.inputs).map(([name, { shape }]) => [name, shape]),
  );
  const groups = [
    ['parameters', parameters, step.parameters],
    ['carried', carried, step.carried],
    ['frozen', frozen, step.frozen],
    ['inputs', inputs, inputShapes],
  ] as const;
  const stored: Record<string, StoredTensor> = {};
  for (const [group, values = {}, shapes = {}] of groups) {
    for (const [name, data] of Object.entries(values)) {
      stored[`${group}/${name}`] = { shape: shapes[name]!, data };
    }
  }
  return stored;
}

async function runSteps(
  task: TrainingTask,
  engine: Engine,
  { steps, precision }: TrainStepBenchOptions,
  peer: Peer | null,
): Promise<Series> {
  const start = performance.now();
  const trainStep = await TrainStep.compile(engine, { ...task.step, precision }, task);
  const series: Series = {
    compileMs: performance.now() - start,
    losses: [],
    times: [],
    processorTimes: [],
    peer: [],
    peakMemoryMiB: 0,
    otherLoad: 0,
  };
  let otherLoad = watchOtherLoad();
  let peerBefore = 0;
  for (let step = 0; step < WARM_UP_STEPS + steps; step++) {
    if (step === WARM_UP_STEPS) {
      otherLoad = watchOtherLoad();
      peerBefore = series.peer.at(-1)?.processorSeconds ?? 0;
    }
    const begin = performance.now();
    const processor = process.cpuUsage();
    const { loss } = await trainStep.run(task.inputs);
    series.times.push(performance.now() - begin);
    const { user, system } = process.cpuUsage(processor);
    series.processorTimes.push((user + system) / 1000);
    series.losses.push(loss![0]!);
    if (!peer) continue;
    await setTimeout(PAUSE_MS);
    series.peer.push(await peer.step());
    await setTimeout(PAUSE_MS);
  }
  series.otherLoad = otherLoad((series.peer.at(-1)?.processorSeconds ?? 0) - peerBefore);
  series.peakMemoryMiB = peakMemoryMiB();
  await trainStep.dispose();
  return series;
}
