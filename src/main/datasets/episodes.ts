import type { EpisodeSummary } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import type { ArrayReader } from './array-reader';
import { episodeReturn } from './content';
import { MAXIMUM_EPISODES, MAXIMUM_STEPS } from './limits';

/** The exclusive ends of all complete episodes, checked: the one array that readers trust. */
export async function readEpisodeEnds(ends: ArrayReader, dataset: string): Promise<number[]> {
  if (ends.rows > MAXIMUM_EPISODES) {
    throw new StudioError(
      `Dataset "${dataset}" claims ${ends.rows} episodes, over the limit of ${MAXIMUM_EPISODES}: split it or record it again.`,
    );
  }
  const values = Array.from(new BigInt64Array((await ends.bytes(0, ends.rows)).buffer), Number);
  let previous = 0;
  values.forEach((end, episode) => {
    if (!(end > previous) || end > MAXIMUM_STEPS) {
      throw new StudioError(
        `Dataset "${dataset}" is inconsistent: episode ${episode} ends at step ${end} after one that ends at ${previous} (limit ${MAXIMUM_STEPS}): restore meta/episode_ends from a backup or record the dataset again.`,
      );
    }
    previous = end;
  });
  return values;
}

export function summariseEpisodes(ends: readonly number[], rewards: Float32Array): EpisodeSummary[] {
  return ends.map((end, episode) => {
    const start = episode === 0 ? 0 : ends[episode - 1]!;
    return { start, end, length: end - start, return: episodeReturn(rewards.subarray(start, end)) };
  });
}
