import { join } from 'node:path';
import { z } from 'zod';
import { actionKinds } from '../../shared/actions';
import type { DatasetMetadata } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { readBounded, writeJsonAtomically } from './files';
import { MAXIMUM_EPISODES, MAXIMUM_FRAME_BYTES, MAXIMUM_METADATA_BYTES, MAXIMUM_STEPS } from './limits';

export const FORMAT_VERSION = 1;
export const METADATA_FILE = 'zarr.json';

const text = z.string().min(1).max(200);
const size = z.int().positive();

const recordingSchema = z.object({
  policy: text,
  noise: z.number().min(0).max(1),
  stickiness: z.number().min(0).max(1).optional(),
  seed: z.int().nonnegative(),
  episodes: size.max(MAXIMUM_EPISODES),
  steps: size.max(MAXIMUM_STEPS),
  meanReturn: z.number(),
  minimumReturn: z.number(),
  maximumReturn: z.number(),
});

const step = z.int().nonnegative().max(MAXIMUM_STEPS);
const episode = z.int().nonnegative().max(MAXIMUM_EPISODES);

const editSchema = z.object({
  operation: z.enum(['import', 'trim', 'delete', 'split', 'merge']),
  date: z.iso.datetime(),
  summary: z.string().max(2000),
  sources: z
    .array(
      z.object({
        name: text,
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        episodes: z.array(z.tuple([episode, episode])).max(100_000),
        trims: z.array(z.object({ episode, from: step, to: step })).max(100_000),
      }),
    )
    .max(100),
  studioVersion: text,
});

/** Everything a person or another program may have put into the `ditto` attribute is checked here, once. */
export const datasetMetadataSchema: z.ZodType<DatasetMetadata> = z.object({
  formatVersion: z.literal(FORMAT_VERSION),
  // Ids name folders elsewhere, so no separator and no leading dot.
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  name: text,
  environment: text,
  observationShape: z.tuple([size, size, size]).refine(([height, width, channels]) => {
    return height * width * channels <= MAXIMUM_FRAME_BYTES;
  }, `an observation is larger than ${MAXIMUM_FRAME_BYTES} bytes`),
  // Datasets from before there were continuous actions do not say.
  actionKind: z.enum(actionKinds).default('discrete'),
  actionNames: z.array(text).min(1).max(4096),
  created: z.iso.datetime(),
  recordings: z.array(recordingSchema).max(10_000),
  pixelMean: z.number().min(0).max(255),
  pixelStandardDeviation: z.number().min(0).max(127.5),
  pixelSum: z.int().nonnegative(),
  pixelSumOfSquares: z.int().nonnegative(),
  codec: text,
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  importer: text,
  // Datasets from before there were edits have none.
  history: z.array(editSchema).max(1000).default([]),
  studioVersion: text,
});

/** Checks JSON that came from a dataset folder; the first thing wrong goes into the sentence. */
export function parseMetadata<T>(schema: z.ZodType<T>, value: unknown, what: string, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.length ? ` at "${issue.path.join('.')}"` : '';
  throw new StudioError(
    `The header of ${what} is not valid${where} (${issue?.message ?? 'unknown'}): restore it from a backup or record the dataset again. ${path}`,
    { cause: result.error },
  );
}

/** The parsed `zarr.json` of a group or an array, or undefined where there is none. */
export async function readMetadataFile(path: string, what: string): Promise<unknown> {
  try {
    const bytes = await readBounded(path, MAXIMUM_METADATA_BYTES);
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      `The header of ${what} cannot be read (${reason}): restore it from a backup or record the dataset again. ${path}`,
      { cause },
    );
  }
}

const groupSchema = z.object({
  zarr_format: z.literal(3),
  node_type: z.literal('group'),
  attributes: z.object({ ditto: z.looseObject({ formatVersion: z.int() }) }),
});

/** Reads and checks the `ditto` attribute of a dataset folder. */
export async function readDatasetMetadata(folder: string, name: string): Promise<DatasetMetadata> {
  const path = join(folder, METADATA_FILE);
  const group = groupSchema.safeParse(await readMetadataFile(path, `dataset "${name}"`));
  if (!group.success) {
    throw new StudioError(
      `This folder is not a DITTO dataset: choose one that a recording or an import made. ${folder}`,
      {
        cause: group.error,
      },
    );
  }
  const { ditto } = group.data.attributes;
  if (ditto.formatVersion !== FORMAT_VERSION) {
    throw new StudioError(
      `Dataset "${name}" has format version ${ditto.formatVersion}, and this DITTO Studio reads version ${FORMAT_VERSION}: use the version that wrote it or record the dataset again. ${folder}`,
    );
  }
  return parseMetadata(datasetMetadataSchema, ditto, `dataset "${name}"`, path);
}

export async function writeDatasetMetadata(folder: string, metadata: DatasetMetadata): Promise<void> {
  await writeJsonAtomically(join(folder, METADATA_FILE), {
    zarr_format: 3,
    node_type: 'group',
    attributes: { ditto: metadata },
  });
}
