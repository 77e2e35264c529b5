import { z } from 'zod';
import { datasetEditSchema, datasetNameSchema } from '../dataset-edits';
import { importTimings, type ImportInspection } from '../dataset-import';
import type { FrameStrip } from '../dataset-statistics';
import type { DatasetDetail, DatasetListItem, EpisodeTracks, WorkProgress } from '../dataset-views';
import type { EpisodeFlag } from '../datasets';
import { datasetIdSchema, type DatasetRecord, type RunDescription } from '../runs';
import { call, stream } from './procedure';

const id = datasetIdSchema;
const episode = z.int().nonnegative();
const text = z.string().trim().min(1).max(200);
const path = z.string().min(1).max(4096);

export const datasetsContract = {
  /** Newest first. */
  list: call(z.strictObject({})).returns<DatasetListItem[]>(),
  get: call(z.strictObject({ id })).returns<DatasetDetail>(),
  /** For each episode, some frames from its first to its last. */
  thumbnails: call(
    z.strictObject({ id, episodes: z.array(episode).max(100), count: z.int().min(1).max(16) }),
  ).returns<FrameStrip[]>(),
  /** The frames of steps `[from, to)`. */
  frames: call(
    z
      .strictObject({ id, episode, from: z.int().nonnegative(), to: z.int().nonnegative() })
      .refine(({ from, to }) => to - from <= 512, 'at most 512 frames at a time'),
  ).returns<FrameStrip>(),
  tracks: call(z.strictObject({ id, episode })).returns<EpisodeTracks>(),

  /** Flags episodes, or changes their notes. */
  flag: call(
    z.strictObject({ id, episodes: z.array(episode).min(1).max(100_000), note: z.string().max(500) }),
  ).returns<EpisodeFlag[]>(),
  unflag: call(z.strictObject({ id, episodes: z.array(episode).min(1).max(100_000) })).returns<
    EpisodeFlag[]
  >(),
  /** Ends with the datasets that the edit made; cancelled, it leaves no trace. */
  edit: stream(datasetEditSchema).yields<WorkProgress<DatasetRecord[]>>(),
  /** Deletes a dataset; one that runs were made from only `evenIfUsed`. */
  remove: call(z.strictObject({ id, evenIfUsed: z.boolean() })).returns<void>(),

  /** What stands at a path of the studio's machine, and what importing it would give. */
  inspectImport: stream(z.strictObject({ path })).yields<WorkProgress<ImportInspection>>(),
  importFrom: stream(
    z.strictObject({
      path,
      name: datasetNameSchema,
      environment: text,
      actionNames: z.array(text).max(4096).optional(),
      timing: z.enum(importTimings).optional(),
      policy: text,
    }),
  ).yields<WorkProgress<DatasetRecord>>(),

  /** A part of a file that was dropped on a page in a browser; returns the path of all that was dropped. */
  upload: call(
    z.strictObject({
      upload: z.uuid(),
      name: z
        .string()
        .max(1000)
        .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\:\0][^\\:\0]*$/),
      offset: z.int().nonnegative(),
      bytes: z.instanceof(Uint8Array),
    }),
  ).returns<string>(),
  removeUpload: call(z.strictObject({ upload: z.uuid() })).returns<void>(),

  /** Queues a recording of a built-in policy. */
  record: call(
    z.strictObject({
      environment: text,
      policy: text,
      /** To append to; a new one if left out. */
      dataset: id.optional(),
      /** Of a new one. */
      name: datasetNameSchema.optional(),
      settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ).returns<RunDescription>(),
};
