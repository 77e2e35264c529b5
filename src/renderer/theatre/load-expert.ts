import type { FrameShape } from '../frames/paint-frame';
import { studio } from '../connection/connection.svelte';

/** An expert's episode, without its frames. */
export interface ExpertEpisode {
  readonly dataset: string;
  readonly episode: number;
  /** Of the whole dataset. */
  readonly episodes: number;
  readonly length: number;
  /** `[length]` taken after each step */
  readonly actions: Int32Array;
  readonly actionNames: readonly string[];
  readonly shape: FrameShape;
}

export async function loadExpert(id: string, episode: number): Promise<ExpertEpisode> {
  const [{ metadata, episodes }, { actions }] = await Promise.all([
    studio().datasets.get({ id }),
    studio().datasets.tracks({ id, episode }),
  ]);
  return {
    ...{ dataset: id, episode },
    ...{ episodes: episodes.lengths.length, length: actions.length, actions },
    ...{ actionNames: metadata.actionNames, shape: metadata.observationShape },
  };
}
