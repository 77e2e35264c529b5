import type { DatasetStatistics, FrameStrip, Histogram } from '../../shared/dataset-statistics';
import type { Dataset } from './dataset';
import { distribution } from './histogram';

/** Over the components of continuous actions. */
const ACTION_BINS = 20;

/** From what an open dataset holds in memory anyway: no frame is read. */
export function datasetStatistics(dataset: Dataset): DatasetStatistics {
  const { episodes, terminated } = dataset;
  return {
    returns: distribution(episodes.map((episode) => episode.return)),
    lengths: distribution(
      episodes.map((episode) => episode.length),
      { integers: true },
    ),
    actionCounts: actionCounts(dataset),
    actionHistograms: actionHistograms(dataset),
    terminatedEpisodes: episodes.filter(({ end }) => terminated[end - 1] === 1).length,
  };
}

function actionCounts({ actions, metadata }: Dataset): number[] {
  if (metadata.actionKind !== 'discrete') return [];
  const counts = new Array<number>(metadata.actionNames.length).fill(0);
  for (const action of actions) counts[action]!++;
  return counts;
}

function actionHistograms({ actions, metadata, actionWidth: width }: Dataset): Histogram[] {
  if (metadata.actionKind !== 'continuous') return [];
  const histograms = metadata.actionNames.map(() => ({
    start: -1,
    width: 2 / ACTION_BINS,
    counts: new Array<number>(ACTION_BINS).fill(0),
  }));
  actions.forEach((value, index) => {
    // The upper bound itself belongs to the last bin.
    const bin = Math.min(ACTION_BINS - 1, Math.floor(((value + 1) / 2) * ACTION_BINS));
    histograms[index % width]!.counts[bin]!++;
  });
  return histograms;
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
