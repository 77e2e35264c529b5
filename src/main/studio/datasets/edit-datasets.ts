import type { DatasetEditRequest } from '../../../shared/dataset-edits';
import type { DatasetRecord } from '../../../shared/runs';
import type { WorkOptions } from '../../datasets/compose-dataset';
import { Dataset } from '../../datasets/dataset';
import { deleteDataset, freeDatasetId } from '../../datasets/dataset-folders';
import {
  deleteEpisodes,
  mergeDatasets,
  splitDataset,
  trimEpisode,
  type EditTarget,
} from '../../datasets/edits';
import type { Registry } from '../../registry/registry';
import { datasetFolder, datasetsFolder } from '../../trainer/home';
import { requireDiskSpace } from '../disk-space';
import { folderBytes } from './describe-dataset';
import { requireNoWriter, requireUnused } from './uses';

/**
 * Carries out an edit and registers what it made. Throws StudioError, and changes nothing, if it cannot be done or if it
 * would take away what runs were made from.
 */
export async function editDatasets(
  registry: Registry,
  request: DatasetEditRequest,
  options?: WorkOptions,
): Promise<DatasetRecord[]> {
  const parent = datasetsFolder(registry.home);
  const ids = request.operation === 'merge' ? request.ids : [request.id];
  for (const id of ids) requireNoWriter(registry, id);
  const sources: Dataset[] = [];
  let bytes = 0;
  for (const id of ids) {
    const folder = datasetFolder(registry.home, id);
    sources.push(await Dataset.open(folder, { cacheBytes: 0 }));
    bytes += await folderBytes(folder);
  }
  await requireDiskSpace(registry.home, bytes, 'the edited copy');
  const made = await perform(registry, parent, request, sources, options);
  return Promise.all(made.map(({ folder }) => registry.registerDataset(folder)));
}

async function perform(
  registry: Registry,
  parent: string,
  request: DatasetEditRequest,
  sources: readonly Dataset[],
  options?: WorkOptions,
): Promise<Dataset[]> {
  const source = sources[0]!;
  switch (request.operation) {
    case 'trim':
      return [
        await trimEpisode(parent, source, request, editTarget(registry, source, request.target), options),
      ];
    case 'delete': {
      const target = editTarget(registry, source, request.target);
      return [await deleteEpisodes(parent, source, request.episodes, target, options)];
    }
    case 'split': {
      const [first, second] = request.names.map((name) => newTarget(parent, name)) as [
        EditTarget,
        EditTarget,
      ];
      // Equal names give equal ids as long as the first folder is not there.
      const rest = second.id === first.id ? { ...second, id: `${second.id}-rest` } : second;
      return splitDataset(parent, source, request.episodes, [first, rest], options);
    }
    case 'merge':
      return [await mergeDatasets(parent, sources, newTarget(parent, request.name), options)];
  }
}

function editTarget(
  registry: Registry,
  { metadata }: Dataset,
  target: { name: string } | { replace: true },
): EditTarget {
  if ('name' in target) return newTarget(datasetsFolder(registry.home), target.name);
  requireUnused(registry, metadata.id);
  return { id: metadata.id, name: metadata.name, replace: true };
}

const newTarget = (parent: string, name: string): EditTarget => ({ id: newDatasetId(parent, name), name });

const maximumIdLength = 80;

/** A free id that tells of the name: `Good episodes!` becomes `good-episodes`. */
export function newDatasetId(parent: string, name: string): string {
  const stem = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, maximumIdLength);
  return freeDatasetId(parent, stem || 'dataset');
}

/** Deletes a dataset. With `evenIfUsed` also one that runs were made from: they keep their results, but cannot go on. */
export async function removeDataset(
  registry: Registry,
  id: string,
  { evenIfUsed }: { evenIfUsed: boolean },
): Promise<void> {
  requireNoWriter(registry, id);
  if (!evenIfUsed) requireUnused(registry, id);
  await deleteDataset(datasetsFolder(registry.home), id);
  await registry.reconcile();
}
