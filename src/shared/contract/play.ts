import { z } from 'zod';
import { datasetNameSchema } from '../dataset-edits';
import type { PlayFrame } from '../dataset-views';
import { datasetIdSchema, type DatasetRecord } from '../runs';
import { call, stream } from './procedure';

const text = z.string().min(1).max(200);
const seed = z
  .int()
  .nonnegative()
  .max(2 ** 31 - 1);
/** Chosen by the page that plays. */
const session = z.uuid();

/** Environments that are played live in the studio process. */
export const playContract = {
  /** A policy at work, without end. */
  preview: stream(
    z.strictObject({
      environment: text,
      policy: text,
      noisePercent: z.int().min(0).max(100),
      stickyPercent: z.int().min(0).max(99),
      seed,
      framesPerSecond: z.number().min(1).max(60).default(15),
    }),
  ).yields<PlayFrame>(),
  /** A person's session, for as long as this is listened to. */
  session: stream(z.strictObject({ session, environment: text, seed })).yields<PlayFrame>(),
  /** The action whose key is held, or none. */
  hold: call(z.strictObject({ session, action: z.int().nonnegative().nullable() })).returns<void>(),
  start: call(z.strictObject({ session })).returns<void>(),
  /** Ends the episode early. */
  stop: call(z.strictObject({ session })).returns<void>(),
  /** Appends the episode to a dataset, or to a new one, and prepares the next; it is on the disk afterwards. */
  keep: call(
    z.strictObject({
      session,
      target: z.union([z.strictObject({ id: datasetIdSchema }), z.strictObject({ name: datasetNameSchema })]),
    }),
  ).returns<DatasetRecord>(),
  /** Forgets the episode and prepares the next. */
  discard: call(z.strictObject({ session })).returns<void>(),
};
