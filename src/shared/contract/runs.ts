import { z } from 'zod';
import { metricNameSchema } from '../compare';
import {
  runIdSchema,
  runKinds,
  type Artifact,
  type CheckpointRecord,
  type MetricPoint,
  type MetricSummary,
  type RunRecord,
} from '../runs';
import type { ReconstructionFilm } from '../reconstruction';
import { call } from './procedure';

export interface RunDetail {
  readonly run: RunRecord;
  /** Absolute path, for a person who looks for the files. */
  readonly folder: string;
  readonly checkpoints: readonly CheckpointRecord[];
  readonly artifacts: readonly Artifact[];
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** Runs that were made from this one. */
  readonly children: readonly RunRecord[];
}

const run = z.strictObject({ runId: runIdSchema });

export const runsContract = {
  /** Newest first. */
  list: call(z.strictObject({ kind: z.enum(runKinds).optional() })).returns<RunRecord[]>(),
  get: call(run).returns<RunDetail>(),
  /** In order of steps; with more points than asked for, each stretch keeps its lowest and highest. */
  series: call(
    z.strictObject({
      runId: runIdSchema,
      metrics: z.array(metricNameSchema).max(50),
      maximumPoints: z.int().min(4).max(5000).default(1000),
    }),
  ).returns<Record<string, MetricPoint[]>>(),
  /** The newest artifact of a kind; undefined where there is none yet. */
  artifact: call(z.strictObject({ runId: runIdSchema, kind: z.string().max(100) })).returns<
    { artifact: Artifact; bytes: Uint8Array } | undefined
  >(),
  /** What a world model last painted of held-out sequences; null where it has not yet. */
  reconstruction: call(run).returns<ReconstructionFilm | null>(),
  /** The end of the run's log. */
  log: call(
    z.strictObject({ runId: runIdSchema, maximumBytes: z.int().min(1).max(1_000_000).default(50_000) }),
  ).returns<string>(),
  /** Asks the trainer for a checkpoint and its end; the run is then paused. */
  pause: call(run).returns<void>(),
  /** The same, for good: the run is then interrupted, and does not keep the queue waiting. */
  stop: call(run).returns<void>(),
  /** Puts a paused, interrupted, failed or stopped run at the end of the queue, or at its head. */
  resume: call(z.strictObject({ runId: runIdSchema, first: z.boolean().default(false) })).returns<void>(),
  /** The run's policy as an ONNX file. */
  exportPolicy: call(run).returns<{ name: string; bytes: Uint8Array; largestDifference: number }>(),
  /** Deletes the run's folder. Refused while it runs, and while other runs were made from it. */
  remove: call(run).returns<void>(),
};
