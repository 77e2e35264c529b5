import type { ImportTiming } from '../../../shared/dataset-import';
import type { Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import { someActions } from './source-actions';
import type { Frames, SourceArrays } from './source-arrays';

/** Half-open range of a file's observations that are one episode. */
export interface Piece {
  from: number;
  to: number;
}

/** Where a file's episodes lie: at its marks of first steps, else after its marks of last ones, else all is one. */
export function episodePieces(arrays: SourceArrays, observations: number): Piece[] {
  const { firsts, lasts, terminals, truncations, actions } = arrays;
  const starts = [0];
  for (let step = 1; step < Math.min(observations, actions.steps); step++) {
    const ended = [lasts, terminals, truncations].some((marks) => marks?.[step - 1]);
    if (firsts ? firsts[step] : ended) starts.push(step);
  }
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? observations }));
}

/**
 * One piece as an episode whose record t is an observation, the action after it and what that brought. Null where
 * nothing is left: a single observation without an action after it.
 */
export function cutEpisode(
  arrays: SourceArrays,
  { pixels, shape, count }: Frames,
  { from, to }: Piece,
  timing: ImportTiming,
  what: string,
): Episode | null {
  const { rewards, terminals, actions } = arrays;
  const surplus = count - actions.steps;
  if (surplus !== 0 && !(surplus === 1 && timing === 'gymnasium')) {
    throw new StudioError(
      `${what} has ${count} images but ${actions.steps} actions: import files with as many of both${timing === 'gymnasium' ? ', or one image more' : ''}.`,
    );
  }
  if (surplus === 1 && to - from !== count) {
    throw new StudioError(
      `${what} holds several episodes but one image more than actions, so it does not tell which belong together: save one episode a file.`,
    );
  }
  for (const [name, values] of Object.entries({ rewards, terminals })) {
    if (!values || values.length === count || values.length === actions.steps) continue;
    throw new StudioError(
      `${what} has ${count} images but ${values.length} ${name}: import files with as many.`,
    );
  }
  // The last observation has no action after it, unless each row holds both.
  const steps = timing === 'gymnasium' ? to - from - surplus : to - from - 1;
  if (steps < 1) return null;
  const actionAt = from + (timing === 'dreamerV2' ? 1 : 0);
  const rewardAt = from + (timing === 'gymnasium' && rewards?.length === actions.steps ? 0 : 1);
  const end = terminals ? terminals.length - count + to : to;
  const early = terminals?.subarray(from, end - 1).findIndex((value) => value !== 0) ?? -1;
  if (early >= 0) {
    throw new StudioError(
      `${what} goes on after step ${from + early}, which it says is a true end: mark where episodes start, or save one a file.`,
    );
  }
  const terminated = terminals !== null && terminals[end - 1] !== 0;
  const frame = shape[0] * shape[1] * shape[2];
  return {
    observations: pixels.subarray(from * frame, (from + steps) * frame),
    actions: someActions(actions, actionAt, actionAt + steps).values,
    rewards: rewards
      ? Float32Array.from(rewards.subarray(rewardAt, rewardAt + steps))
      : new Float32Array(steps),
    terminated,
    // Whatever did not reach a true end was cut, by a limit or by whoever saved it.
    truncated: !terminated,
  };
}
