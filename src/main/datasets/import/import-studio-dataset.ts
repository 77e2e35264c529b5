import { version as studioVersion } from '../../../../package.json';
import type { ImportInspection } from '../../../shared/dataset-import';
import type { DatasetEdit } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import { composeDataset, wholeEpisode, type WorkOptions } from '../compose-dataset';
import type { Dataset } from '../dataset';

/** What a person sees before a dataset folder of another studio is copied. */
export function inspectStudioDataset({ metadata, episodes }: Dataset): ImportInspection {
  return {
    format: 'studio',
    suggestedName: metadata.name,
    episodes: episodes.length,
    environment: metadata.environment,
    actionNames: metadata.actionNames,
    actionKind: metadata.actionKind,
    actionCount: metadata.actionNames.length,
    observationShape: metadata.observationShape,
    timing: 'gymnasium',
    timingReason: 'The format of this studio.',
    notes: [],
  };
}

/**
 * Copies a dataset from elsewhere by decoding and writing it anew, so that nothing but checked episodes gets into the
 * studio, and compares the copy with the hash that the source claims.
 */
export async function importStudioDataset(
  parent: string,
  source: Dataset,
  { id, name }: { id: string; name: string },
  options: WorkOptions = {},
): Promise<Dataset> {
  const { metadata, episodes } = source;
  if (episodes.length === 0) {
    throw new StudioError(
      `Dataset "${metadata.name}" has no complete episode to import: choose another. ${source.folder}`,
    );
  }
  await source.verify();
  const edit: DatasetEdit = {
    operation: 'import',
    date: new Date().toISOString(),
    summary: `Copied dataset "${metadata.name}" of ${metadata.created.slice(0, 10)} and checked it against its hash.`,
    sources: [{ name: metadata.id, hash: metadata.contentHash, episodes: [[0, episodes.length]], trims: [] }],
    studioVersion,
  };
  const clips = episodes.map((_, episode) => wholeEpisode(source, episode));
  return composeDataset(parent, { id, name, clips, edit, importer: metadata.importer }, options);
}
