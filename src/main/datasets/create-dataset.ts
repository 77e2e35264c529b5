import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version as studioVersion } from '../../../package.json';
import type { ActionKind } from '../../shared/actions';
import type { DatasetEdit, DatasetMetadata, RecordingDescription } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { arraySpecification, EPISODE_ENDS, rowBytes, STEP_ARRAYS, type ArrayName } from './array-format';
import { ArrayWriter } from './array-writer';
import { CODEC_NAME } from './chunk-codec';
import { emptyContent, pixelStatistics } from './content';
import { writeJsonAtomically } from './files';
import { datasetMetadataSchema, FORMAT_VERSION, METADATA_FILE, writeDatasetMetadata } from './metadata';

/** What a new dataset will hold. */
export interface DatasetDescription {
  name: string;
  environment: string;
  /** `[height, width, channels]` */
  observationShape: readonly [number, number, number];
  /** `discrete` unless given. */
  actionKind?: ActionKind;
  /** One name per discrete action, or per component of a continuous one, in index order. */
  actionNames: readonly string[];
  /** Who acts in the first episodes. */
  recording: RecordingDescription;
  /** A new UUID unless given. */
  id?: string;
  /** What writes the dataset; `recorder` unless given. */
  importer?: string;
  /** What it is made from; nothing unless given. */
  history?: readonly DatasetEdit[];
}

/** A mebibyte of frames keeps files few, and the partly filled last chunk cheap to rewrite. */
const DEFAULT_CHUNK_BYTES = 2 ** 20;
const MAXIMUM_SCALAR_CHUNK_ROWS = 2 ** 14;

function newMetadata(description: DatasetDescription): DatasetMetadata {
  const {
    name,
    environment,
    observationShape,
    actionKind = 'discrete',
    actionNames,
    id = randomUUID(),
    importer = 'recorder',
    history = [],
  } = description;
  const content = emptyContent({ observationShape: [...observationShape], actionKind, actionNames });
  const result = datasetMetadataSchema.safeParse({
    formatVersion: FORMAT_VERSION,
    id,
    name,
    environment,
    observationShape,
    actionKind,
    actionNames,
    created: new Date().toISOString(),
    recordings: [],
    ...content,
    ...pixelStatistics(content, 0),
    codec: CODEC_NAME,
    importer,
    history,
    studioVersion,
  });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new StudioError(
    `A dataset cannot be created with this ${issue?.path.join('.') ?? 'description'} (${issue?.message ?? 'unknown'}): choose another. ${name}`,
    { cause: result.error },
  );
}

/** Makes the folder of an empty dataset; its own `zarr.json` comes last, so a half-made folder is none. */
export async function createDatasetFolder(
  folder: string,
  description: DatasetDescription,
  chunkBytes = DEFAULT_CHUNK_BYTES,
): Promise<{ metadata: DatasetMetadata; arrays: Record<ArrayName, ArrayWriter> }> {
  const metadata = newMetadata(description);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new StudioError(
      `The folder for dataset "${metadata.name}" is not empty: choose another name. ${folder}`,
    );
  }
  const create = async (name: ArrayName): Promise<[ArrayName, ArrayWriter]> => {
    const specification = arraySpecification(name, metadata);
    const rows = Math.max(1, Math.floor(chunkBytes / rowBytes(specification)));
    const chunkRows = name === 'observations' ? rows : Math.min(rows, MAXIMUM_SCALAR_CHUNK_ROWS);
    return [name, await ArrayWriter.create(folder, specification, chunkRows)];
  };
  const entries = await Promise.all([...STEP_ARRAYS, EPISODE_ENDS].map((name) => create(name as ArrayName)));
  await writeJsonAtomically(join(folder, dirname(EPISODE_ENDS), METADATA_FILE), {
    zarr_format: 3,
    node_type: 'group',
    attributes: {},
  });
  await writeDatasetMetadata(folder, metadata);
  return { metadata, arrays: Object.fromEntries(entries) as Record<ArrayName, ArrayWriter> };
}
