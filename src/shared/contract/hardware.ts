import { z } from 'zod';
import type { BenchmarkProgress, EngineBenchmark } from './benchmark';
import type { WorkProgress } from '../dataset-views';
import { call, stream } from './procedure';

export interface EngineDescription {
  /** e.g. `onnxruntime:cpu` */
  readonly id: string;
  readonly title: string;
  readonly kind: 'compiled' | 'eager';
  readonly available: boolean;
  /** Why it cannot be used here, or null. */
  readonly reason: string | null;
  readonly howToGet: string;
  /** Whether the studio can install all that is missing. */
  readonly canBeSetUp: boolean;
}

export interface MachineDescription {
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly home: string;
  readonly diskFreeBytes: number;
  /** Of the studio process itself, resident. */
  readonly studioBytes: number;
}

export const hardwareContract = {
  machine: call(z.strictObject({})).returns<MachineDescription>(),
  /** Takes a few seconds the first time: each engine is tried in a process of its own. */
  engines: call(z.strictObject({})).returns<EngineDescription[]>(),
  /** Installs what CUDA takes; called off, it leaves nothing behind. */
  setUpCuda: stream(z.strictObject({})).yields<WorkProgress<EngineDescription[]>>(),
  /** What was measured here, the newest of each engine. */
  benchmarks: call(z.strictObject({})).returns<EngineBenchmark[]>(),
  /** Measures an engine for about ten seconds. Refused while the queue is at work; cancelled, it leaves no trace. */
  benchmark: stream(z.strictObject({ engine: z.string().max(100) })).yields<BenchmarkProgress>(),
};
