import { z } from 'zod';

/**
 * What a run is, as its folder says it: every file of a run folder has its schema here, and is checked on reading.
 * The folder is the truth; the registry's database is an index that can be rebuilt from it.
 */
export const runFormatVersion = 1;

export const runKinds = ['record', 'world-model', 'agent', 'evaluation'] as const;
export type RunKind = (typeof runKinds)[number];

export const runStatuses = ['queued', 'running', 'paused', 'finished', 'failed', 'interrupted'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Ids of runs and datasets are folder names: nothing in them may lead out of the studio's home. */
export const runIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/);
export const datasetIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

const stepSchema = z.int().nonnegative();
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A relative path inside the run folder, with forward slashes on every platform. */
const innerPathSchema = z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\:\0]+$/);

/** `run.json`: written once, when the run is created. */
export const runDescriptionSchema = z.strictObject({
  formatVersion: z.literal(runFormatVersion),
  id: runIdSchema,
  kind: z.enum(runKinds),
  name: z.string(),
  created: z.iso.datetime(),
  seed: z.int().nonnegative(),
  /** The preset that the configuration started from; null where the kind has none. */
  preset: z.string().nullable(),
  /** The effective configuration, every default spelled out; its own schema belongs to the run's kind. */
  configuration: z.record(z.string(), z.json()),
  datasets: z.array(z.strictObject({ role: z.string(), id: datasetIdSchema, contentHash: z.string() })),
  parents: z.array(
    z.strictObject({
      role: z.enum(['world-model', 'agent']),
      runId: runIdSchema,
      checkpointStep: stepSchema,
    }),
  ),
  versions: z.strictObject({
    studio: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
    /** Digest of the CPU engine's own operators, where they were built. */
    operators: z.string().optional(),
    platform: z.string(),
    cpu: z.string(),
  }),
  /** Identifier of the tensor engine, e.g. `onnxruntime:cpu`. */
  engine: z.string(),
});
export type RunDescription = z.infer<typeof runDescriptionSchema>;

/** `status.json`: only the parent of the trainer writes it, so a trainer that dies cannot leave a wrong one. */
export const runStateSchema = z.strictObject({
  status: z.enum(runStatuses),
  step: stepSchema,
  totalSteps: stepSchema,
  /** One sentence for a person: what it is doing, or why it ended as it did. */
  message: z.string(),
  updated: z.iso.datetime(),
  /** The results, by the run's kind; only a finished run has it. */
  summary: z.record(z.string(), z.json()).exactOptional(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** A line of `metrics.jsonl`; null stands for a number that JSON cannot hold (NaN or infinite). */
export const metricRowSchema = z
  .object({ step: stepSchema, /** Unix time in milliseconds. */ time: z.number() })
  .catchall(z.number().nullable());
export type MetricRow = z.infer<typeof metricRowSchema>;

/** A process of this machine. */
export const processIdentitySchema = z.strictObject({
  pid: z.int().positive(),
  /** Identifies the process beyond its reusable pid; null where the platform has no cheap way. */
  processStart: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** `heartbeat.json` */
export const heartbeatSchema = processIdentitySchema.extend({
  /** Unix time in milliseconds. */
  time: z.number(),
  step: stepSchema,
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** A line of `artifacts.jsonl`: a file worth showing, e.g. `{kind: 'policy-onnx', path: 'artifacts/policy.onnx'}`. */
export const artifactSchema = z.strictObject({
  kind: z.string().min(1),
  path: innerPathSchema,
  created: z.iso.datetime(),
  sha256: sha256Schema.exactOptional(),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** `error.json`: what a trainer says before it exits with code 2. */
export const runErrorSchema = z.strictObject({ message: z.string(), stack: z.string().exactOptional() });
export type RunError = z.infer<typeof runErrorSchema>;

/** `manifest.json` of a checkpoint, written last: a checkpoint without one was never finished. */
export const checkpointManifestSchema = z.strictObject({
  step: stepSchema,
  created: z.iso.datetime(),
  /** Higher is better; the best one is kept beside the newest ones. Null where nothing was measured. */
  score: z.number().nullable(),
  files: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]*\.(safetensors|json)$/),
      bytes: z.int().nonnegative(),
      sha256: sha256Schema,
    }),
  ),
});
export type CheckpointManifest = z.infer<typeof checkpointManifestSchema>;

/** A run as the registry lists it. */
export interface RunRecord extends RunDescription {
  readonly state: RunState;
}

/** A checkpoint as the registry lists it; only loading tells whether it is still sound. */
export interface CheckpointRecord {
  step: number;
  created: string;
  score: number | null;
  /** Of all its files. */
  bytes: number;
}

/** A dataset as the registry lists it. */
export interface DatasetRecord {
  id: string;
  name: string;
  environment: string;
  episodes: number;
  steps: number;
  contentHash: string;
  /** Relative to the studio's home, so that the home can be moved. */
  folder: string;
  created: string;
}

export interface MetricPoint {
  step: number;
  /** Null where the value was NaN or infinite. */
  value: number | null;
}

/** Over the finite values of one metric of one run. */
export interface MetricSummary {
  count: number;
  last: MetricPoint;
  minimum: MetricPoint;
  maximum: MetricPoint;
}
