import { z } from 'zod';
import { processIdentitySchema } from '../runs';
import { call } from './procedure';

/** What a demo does, in this order. */
export const demoSteps = [
  { id: 'expert', title: 'Record the expert' },
  { id: 'practice', title: 'Record weaker, noisier policies' },
  { id: 'world-model', title: 'Train the world model' },
  { id: 'ditto', title: 'Train DITTO inside it' },
  { id: 'bc', title: 'Train behaviour cloning' },
  { id: 'evaluation', title: 'Play in the true environment' },
  { id: 'figures', title: 'Export policy and figures' },
] as const;
export type DemoStepId = (typeof demoSteps)[number]['id'];

const demoStatuses = ['queued', 'running', 'paused', 'finished', 'failed', 'interrupted'] as const;

/** `demos/<id>.json`: what a demo has made so far, so that it can go on after anything. */
export const demoStateSchema = z.strictObject({
  id: z.string(),
  preset: z.string(),
  seed: z.int().nonnegative(),
  created: z.iso.datetime(),
  status: z.enum(demoStatuses),
  message: z.string(),
  /** The process that is at work on it; null when none is. */
  worker: processIdentitySchema.nullable().default(null),
  /** Ids of the runs that were made, by what they are for. */
  runs: z.record(z.string(), z.string()),
  datasets: z.strictObject({ expert: z.string(), practice: z.string() }),
  /** Of the step at work, and of the whole. */
  progress: z
    .strictObject({
      step: z.enum(demoSteps.map(({ id }) => id)),
      phase: z.string(),
      done: z.number(),
      total: z.number(),
      totalShare: z.number(),
      totalSecondsLeft: z.number(),
    })
    .nullable(),
});
export type DemoState = z.output<typeof demoStateSchema>;

export const demoContract = {
  /** Newest first. */
  list: call(z.strictObject({})).returns<DemoState[]>(),
  start: call(
    z.strictObject({ preset: z.enum(['nano', 'tiny']).default('tiny'), seed: z.int().min(0).default(0) }),
  ).returns<DemoState>(),
  resume: call(z.strictObject({ id: z.string().max(100) })).returns<DemoState>(),
  pause: call(z.strictObject({ id: z.string().max(100) })).returns<void>(),
};
