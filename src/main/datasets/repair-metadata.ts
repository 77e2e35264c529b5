import type { DatasetMetadata, Episode, EpisodeSummary, Recording } from '../../shared/datasets';
import {
  emptyContent,
  extendContent,
  pixelStatistics,
  summariseRecording,
  type ContentSummary,
} from './content';

/** What measuring needs of an open dataset. */
interface ReadableDataset {
  metadata: DatasetMetadata;
  episodes: readonly EpisodeSummary[];
  steps: number;
  frameBytes: number;
  episode(index: number): Promise<Episode>;
}

/**
 * Whether the metadata describes exactly the complete episodes. A recorder writes the metadata just before an episode's
 * end, so one that was killed between the two leaves metadata that is an episode ahead.
 */
export function isCurrent(metadata: DatasetMetadata, episodes: number, steps: number): boolean {
  const count = (key: 'episodes' | 'steps'): number =>
    metadata.recordings.reduce((sum, item) => sum + item[key], 0);
  return count('episodes') === episodes && count('steps') === steps;
}

/** Hash and pixel sums, recomputed from all the data. */
export async function measureContent(dataset: ReadableDataset): Promise<ContentSummary> {
  let content = emptyContent(dataset.metadata);
  for (const index of dataset.episodes.keys()) content = extendContent(content, await dataset.episode(index));
  return content;
}

/** Cuts the recordings to the episodes that exist; episodes that none claims belong to the last. */
function repairRecordings({ metadata, episodes }: ReadableDataset): Recording[] {
  const repaired: Recording[] = [];
  let first = 0;
  metadata.recordings.forEach((recording, index) => {
    const isLast = index === metadata.recordings.length - 1;
    const own = episodes.slice(first, isLast ? undefined : first + recording.episodes);
    if (own.length > 0) repaired.push(summariseRecording(recording, own));
    first += own.length;
  });
  return repaired;
}

/** The metadata as it would be had the recording been closed. */
export async function repairMetadata(dataset: ReadableDataset): Promise<DatasetMetadata> {
  const content = await measureContent(dataset);
  return {
    ...dataset.metadata,
    ...content,
    ...pixelStatistics(content, dataset.steps * dataset.frameBytes),
    recordings: repairRecordings(dataset),
  };
}
