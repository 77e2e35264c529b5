import { elementCount } from '../src/main/tensor/program';
import { describeMachine, describeVersions } from './machine';
import type { PeerModeTimes } from './choose-peer';
import type { Peer, PeerMode, PeerStep } from './peer';
import { median } from '../src/main/learning/statistics';
import type { BenchmarkTraining } from '../src/shared/contract/benchmark';
import type { TrainingTask } from '../src/main/studio/benchmark/training-task';

/** First steps, in which both sides allocate; their times do not count. */
export const WARM_UP_STEPS = 2;

export interface TrainStepReport {
  training: BenchmarkTraining;
  preset: string;
  engine: string;
  batchSize: number;
  /** Of an agent the horizon. */
  sequenceLength: number;
  /** Trained ones. */
  parameters: number;
  threads: number;
  steps: number;
  /** Tracing and opening the session. */
  compileMs: number;
  /** Median. */
  stepMs: number;
  /** Median, of the peer. */
  peerStepMs: number | null;
  /** Ours over the peer's: below 1 we are faster. */
  ratio: number | null;
  /** Median processor time of a step: on a busy machine and one thread the steadier measure. Threads that wait count too. */
  processorMs: number;
  /** Median, of the peer. */
  peerProcessorMs: number | null;
  processorRatio: number | null;
  /** The model's operations in 10⁹ per second. */
  gflops: number;
  gemmPeakGflops: number;
  peakShare: number;
  peakMemoryMiB: number;
  peerPeakMemoryMiB: number | null;
  /** Of the first step's losses, relative. */
  lossDifference: number | null;
  peerMode: PeerMode | null;
  /** `cpu`, or the name of the GPU. */
  peerDevice: string | null;
  peerModesMs: PeerModeTimes | null;
  /** Share of the machine's cores that other programs took meanwhile. */
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

/** What was measured, warm-up included. */
export interface Series {
  compileMs: number;
  losses: number[];
  times: number[];
  /** Milliseconds of processor time of each step. */
  processorTimes: number[];
  peer: PeerStep[];
  peakMemoryMiB: number;
  otherLoad: number;
}

/** The figures that the measured series come to. */
export function reportTrainStep(
  { training, step, operations, batchSize, length }: TrainingTask,
  ours: Pick<TrainStepReport, 'preset' | 'engine' | 'threads' | 'gemmPeakGflops'>,
  series: Series,
  peer: Peer | null,
  peerModesMs: PeerModeTimes | null,
): TrainStepReport {
  const stepMs = median(series.times.slice(WARM_UP_STEPS));
  const peerTimes = series.peer.slice(WARM_UP_STEPS).map((answer) => answer.stepMs);
  const peerStepMs = peer ? median(peerTimes) : null;
  const processorMs = median(series.processorTimes.slice(WARM_UP_STEPS));
  const peerProcessorMs = peer ? median(peerProcessorTimes(series.peer)) : null;
  const gflops = operations / (stepMs * 1e6);
  const peerLoss = series.peer[0]?.loss;
  return {
    training,
    ...ours,
    batchSize,
    sequenceLength: length,
    parameters: Object.values(step.parameters).reduce((sum, shape) => sum + elementCount(shape), 0),
    steps: series.times.length - WARM_UP_STEPS,
    compileMs: series.compileMs,
    stepMs,
    peerStepMs,
    ratio: peerStepMs === null ? null : stepMs / peerStepMs,
    processorMs,
    peerProcessorMs,
    processorRatio: peerProcessorMs === null ? null : processorMs / peerProcessorMs,
    gflops,
    peakShare: gflops / ours.gemmPeakGflops,
    peakMemoryMiB: series.peakMemoryMiB,
    peerPeakMemoryMiB: series.peer.at(-1)?.peakMemoryMiB ?? null,
    lossDifference: peerLoss === undefined ? null : Math.abs(series.losses[0]! / peerLoss - 1),
    peerMode: peer?.mode ?? null,
    peerDevice: peer?.device ?? null,
    peerModesMs,
    otherLoad: series.otherLoad,
    machine: describeMachine(),
    versions: { ...describeVersions(), ...(peer ? { torch: peer.version } : {}) },
  };
}

/** Milliseconds of processor time of each step after the warm-up; the peer says what it has used so far. */
function peerProcessorTimes(answers: readonly PeerStep[]): number[] {
  return answers
    .slice(WARM_UP_STEPS)
    .map(
      (answer, index) =>
        (answer.processorSeconds - answers[WARM_UP_STEPS + index - 1]!.processorSeconds) * 1000,
    );
}
