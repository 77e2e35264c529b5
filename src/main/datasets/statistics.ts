import type { DatasetStatistics, FrameStrip } from '../../shared/dataset-statistics';
import type { Dataset } from './dataset';
import { distribution } from './histogram';

/** From what an open dataset holds in memory anyway: no frame is read. */
export function datasetStatistics(dataset: Dataset): DatasetStatistics {
  const { episodes, actions, metadata, terminated } = dataset;
  const actionCounts = new Array<number>(metadata.actionNames.length).fill(0);
  for (const action of actions) actionCounts[action]!++;
  return {
    returns: distribution(episodes.map((episode) => episode.return)),
    lengths: distribution(
      episodes.map((episode) => episode.length),
      { integers: true },
    ),
    actionCounts,
    terminatedEpisodes: episodes.filter(({ end }) => terminated[end - 1] === 1).length,
  };
}

/** `count` frames of an episode, from its first to its last, equally far apart; fewer where it is shorter. */
export async function episodeThumbnails(
  dataset: Dataset,
  episode: number,
  count: number,
): Promise<FrameStrip> {
  const { length } = requireEpisode(dataset, episode);
  const shown = Math.min(count, length);
  const steps = Array.from({ length: shown }, (_, index) =>
    shown === 1 ? 0 : Math.round((index * (length - 1)) / (shown - 1)),
  );
  return episodeFrames(dataset, episode, steps);
}

/** The frames of an episode's steps `[from, to)`. */
export async function frameRange(
  dataset: Dataset,
  episode: number,
  from: number,
  to: number,
): Promise<FrameStrip> {
  const { length } = requireEpisode(dataset, episode);
  if (!(from >= 0) || !(to <= length) || !(from <= to)) {
    throw new RangeError(`steps ${from} to ${to} are outside the episode's ${length}`);
  }
  return episodeFrames(
    dataset,
    episode,
    Array.from({ length: to - from }, (_, index) => from + index),
  );
}

async function episodeFrames(dataset: Dataset, episode: number, steps: number[]): Promise<FrameStrip> {
  const { start } = requireEpisode(dataset, episode);
  const { frameBytes, metadata } = dataset;
  const pixels = new Uint8Array(steps.length * frameBytes);
  for (const [index, step] of steps.entries()) {
    await dataset.copyObservations(start + step, 1, pixels, index * frameBytes);
  }
  return { shape: metadata.observationShape, steps, pixels };
}

function requireEpisode(dataset: Dataset, episode: number) {
  const summary = dataset.episodes[episode];
  if (summary) return summary;
  throw new RangeError(`episode ${episode} is outside the dataset's ${dataset.episodes.length}`);
}
