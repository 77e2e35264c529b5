import { actionAt, actionWidth, type Action, type ActionKind, type Actions } from '../../shared/actions';
import type { FrameShape } from '../frames/paint-frame';
import { studio } from '../connection/connection.svelte';

/** An expert's episode, without its frames. */
export interface ExpertEpisode {
  readonly dataset: string;
  readonly episode: number;
  /** Of the whole dataset. */
  readonly episodes: number;
  readonly length: number;
  /** `[length]`, or `[length, components]`: taken after each step */
  readonly actions: Actions;
  readonly actionKind: ActionKind;
  readonly actionNames: readonly string[];
  readonly shape: FrameShape;
}

export async function loadExpert(id: string, episode: number): Promise<ExpertEpisode> {
  const [{ metadata, episodes }, { actions, rewards }] = await Promise.all([
    studio().datasets.get({ id }),
    studio().datasets.tracks({ id, episode }),
  ]);
  return {
    ...{ dataset: id, episode },
    ...{ episodes: episodes.lengths.length, length: rewards.length, actions },
    ...{ actionKind: metadata.actionKind, actionNames: metadata.actionNames },
    shape: metadata.observationShape,
  };
}

/** What the expert did after a step; undefined where its episode has ended. */
export const expertAction = (expert: ExpertEpisode, step: number): Action | undefined =>
  step < expert.length ? actionAt(expert.actions, step, actionWidth(expert)) : undefined;
