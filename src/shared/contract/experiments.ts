import { z } from 'zod';
import { experimentIdSchema, experimentSchema, type Experiment } from '../experiment';
import { processIdentitySchema, runIdSchema } from '../runs';
import { call } from './procedure';

const progressSchema = z.strictObject({
  /** Of all runs of the experiment. */
  done: z.int(),
  total: z.int(),
  failed: z.int(),
  running: z.array(z.strictObject({ title: z.string(), /** 0 to 1 */ share: z.number() })),
  /** Null while there is nothing to tell it from. */
  secondsLeft: z.number().nullable(),
});
export type ExperimentProgress = z.output<typeof progressSchema>;

/** 0 to 1, of all runs. */
export function experimentShare(progress: ExperimentProgress | null): number {
  if (progress === null || progress.total === 0) return 0;
  return progress.running.reduce((sum, { share }) => sum + share, progress.done) / progress.total;
}

/** `experiments/<id>.json`: what an experiment has made so far, so that it can go on after anything. */
export const experimentStateSchema = z.strictObject({
  id: experimentIdSchema,
  experiment: experimentSchema,
  created: z.iso.datetime(),
  status: z.enum(['queued', 'running', 'paused', 'finished', 'failed', 'interrupted']),
  message: z.string(),
  /** The process that is at work on it; null when none is. */
  worker: processIdentitySchema.nullable().default(null),
  /** Ids of the runs that were made, by the keys of the experiment's steps. */
  runs: z.record(z.string(), runIdSchema),
  progress: progressSchema.nullable(),
});
export type ExperimentState = z.output<typeof experimentStateSchema>;

/** An experiment that comes with the program. */
export interface BuiltInExperiment {
  readonly experiment: Experiment;
  /** Of runs, of all kinds. */
  readonly runs: number;
}

const id = z.strictObject({ id: experimentIdSchema });

export const experimentsContract = {
  /** Newest first. */
  list: call(z.strictObject({})).returns<ExperimentState[]>(),
  builtIn: call(z.strictObject({})).returns<BuiltInExperiment[]>(),
  /** Queues an experiment; one of the same id goes on with what it has, as far as that is still asked for. */
  start: call(z.strictObject({ experiment: z.json() })).returns<ExperimentState>(),
  resume: call(id).returns<ExperimentState>(),
  pause: call(id).returns<void>(),
  /** Forgets the experiment; its runs and datasets stay. */
  remove: call(id).returns<void>(),
};
