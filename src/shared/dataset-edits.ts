import { z } from 'zod';
import { datasetIdSchema } from './runs';

export const datasetNameSchema = z.string().trim().min(1).max(200);
const episodes = z.array(z.int().nonnegative()).min(1).max(1_000_000);
const step = z.int().nonnegative();

/** Where an edit's result goes: a new dataset, or the place of the old one. */
const target = z.union([
  z.strictObject({ name: datasetNameSchema }),
  z.strictObject({ replace: z.literal(true) }),
]);

/** An edit of datasets, as a page asks for it. */
export const datasetEditSchema = z.discriminatedUnion('operation', [
  /** Keeps the steps `[from, to)` of one episode. */
  z.strictObject({
    operation: z.literal('trim'),
    id: datasetIdSchema,
    episode: step,
    from: step,
    to: step,
    target,
  }),
  z.strictObject({ operation: z.literal('delete'), id: datasetIdSchema, episodes, target }),
  /** The chosen episodes, and the rest. */
  z.strictObject({
    operation: z.literal('split'),
    id: datasetIdSchema,
    episodes,
    names: z.tuple([datasetNameSchema, datasetNameSchema]),
  }),
  z.strictObject({
    operation: z.literal('merge'),
    ids: z.array(datasetIdSchema).min(2).max(100),
    name: datasetNameSchema,
  }),
]);
export type DatasetEditRequest = z.output<typeof datasetEditSchema>;
