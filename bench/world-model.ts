import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onnxRuntimeEngine } from '../src/main/tensor/onnxruntime-engine';
import { TrainStep } from '../src/main/tensor/train-step';
import { encodeSafetensors, type StoredTensor } from '../src/main/trainer/safetensors';
import { fastestMode, timePeerModes } from './choose-peer';
import { measureGemmPeak } from '../src/main/tensor/gemm-peak';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';
import { peakMemoryMiB } from './machine';
import { Peer, type PeerMode } from './peer';
import { reportWorldModel, WARM_UP_STEPS, type Series, type WorldModelReport } from './world-model-report';
import { worldModelTask, type WorldModelTask } from '../src/main/studio/benchmark/world-model-task';

/** Both runtimes' threads go on spinning for a moment after a step, which must not cost the other one. */
const PAUSE_MS = 20;

export interface WorldModelBenchOptions {
  preset: string;
  steps: number;
  batch?: number;
  /** PyTorch beside us, in the mode that is named or the fastest. */
  peer?: PeerMode | 'fastest';
  threads?: number;
}

/** Times training steps of the preset's world model, alternating with the peer's if there is one. */
export async function benchWorldModel(options: WorldModelBenchOptions): Promise<WorldModelReport> {
  const threads = options.threads ?? availableParallelism();
  const task = worldModelTask(options.preset, options.batch);
  const { peer, peerModesMs, stop } = await startPeer(task, threads, options.peer);
  try {
    const series = await runSteps(task, threads, options.steps, peer);
    const gemmPeakGflops = await measureGemmPeak(onnxRuntimeEngine({ threads }));
    return reportWorldModel(options.preset, task, threads, series, gemmPeakGflops, peer, peerModesMs);
  } finally {
    await stop();
  }
}

async function startPeer(task: WorldModelTask, threads: number, mode: WorldModelBenchOptions['peer']) {
  if (mode === undefined) return { peer: null, peerModesMs: null, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'ditto-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const tensors = join(folder, 'task.safetensors');
    await writeFile(tensors, Buffer.concat(encodeSafetensors(storedTask(task))));
    const settings = { definition: task.definition, tensors, threads };
    const peerModesMs = mode === 'fastest' ? await timePeerModes(settings) : null;
    const peer = await Peer.start(peerModesMs ? fastestMode(peerModesMs) : (mode as PeerMode), settings);
    const stop = async (): Promise<void> => {
      peer.stop();
      await remove();
    };
    return { peer, peerModesMs, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

function storedTask({ step, parameters, inputs }: WorldModelTask): Record<string, StoredTensor> {
  const stored: Record<string, StoredTensor> = {};
  for (const [name, data] of Object.entries(parameters)) {
    stored[`parameters/${name}`] = { shape: step.parameters[name]!, data };
  }
  for (const [name, data] of Object.entries(inputs)) {
    stored[`inputs/${name}`] = { shape: step.inputs[name]!.shape, data };
  }
  return stored;
}

async function runSteps(
  task: WorldModelTask,
  threads: number,
  steps: number,
  peer: Peer | null,
): Promise<Series> {
  const start = performance.now();
  const trainStep = await TrainStep.compile(onnxRuntimeEngine({ threads }), task.step, task);
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
