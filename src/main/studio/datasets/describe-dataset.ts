import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDetail, DatasetListItem, EpisodeTable } from '../../../shared/dataset-views';
import type { DatasetMetadata } from '../../../shared/datasets';
import { stickyPercentOf } from '../../../shared/evaluation';
import type { DatasetRecord } from '../../../shared/runs';
import { readFlags } from '../../datasets/annotations';
import type { Dataset } from '../../datasets/dataset';
import { readDatasetMetadata } from '../../datasets/metadata';
import { datasetStatistics } from '../../datasets/statistics';
import type { Registry } from '../../registry/registry';
import { datasetUses } from './uses';

/** From the header alone: the list must not open every dataset. */
export async function describeInList(home: string, record: DatasetRecord): Promise<DatasetListItem> {
  const folder = join(home, record.folder);
  const { recordings, observationShape, importer } = await readDatasetMetadata(folder, record.id);
  const flags = await readFlags(folder);
  const total = recordings.reduce((sum, { meanReturn, episodes }) => sum + meanReturn * episodes, 0);
  return {
    ...record,
    observationShape,
    policies: [...new Set(recordings.map(({ policy }) => policy))],
    stickyPercent: stickyPercentOf(recordings),
    importer,
    meanReturn: record.episodes > 0 ? total / record.episodes : null,
    flaggedEpisodes: flags.length,
  };
}

export async function describeDataset(registry: Registry, dataset: Dataset): Promise<DatasetDetail> {
  const { metadata, folder } = dataset;
  return {
    metadata,
    folder,
    bytes: await folderBytes(folder),
    episodes: episodeTable(dataset),
    flags: await readFlags(folder),
    statistics: datasetStatistics(dataset),
    uses: datasetUses(registry, metadata.id),
  };
}

function episodeTable({ episodes, terminated, metadata }: Dataset): EpisodeTable {
  return {
    lengths: Int32Array.from(episodes, ({ length }) => length),
    returns: Float64Array.from(episodes, (episode) => episode.return),
    terminated: Uint8Array.from(episodes, ({ end }) => terminated[end - 1]!),
    recordings: recordingIndices(metadata),
  };
}

function recordingIndices({ recordings }: DatasetMetadata): Int32Array {
  return Int32Array.from(
    recordings.flatMap(({ episodes }, index) => new Array<number>(episodes).fill(index)),
  );
}

export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  // A recorder may replace a file in the meantime.
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
