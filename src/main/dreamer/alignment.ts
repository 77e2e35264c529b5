import type { DreamChoice, ExpertChoice } from '../../shared/dreams';
import { StudioError } from '../../shared/errors';

/** Throws StudioError unless a dream of this alignment fits the expert's episode of `length` steps. */
export function requireAlignment(
  { agent, start, context, steps }: DreamChoice,
  expert: ExpertChoice,
  length: number,
): void {
  if (start >= length) {
    throw new StudioError(
      `Episode ${expert.episode} has ${length} steps, so no dream can begin at step ${start}: choose a start from 1 to ` +
        `${length - 1}.`,
    );
  }
  if (context > start) {
    throw new StudioError(
      `A dream that begins at step ${start} can have seen at most ${start} steps, not ${context}: choose less context.`,
    );
  }
  if (agent === null && start + steps > length) {
    throw new StudioError(
      `The expert's actions end with step ${length - 1}: dream at most ${length - start} steps from step ${start}.`,
    );
  }
}
