import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';

/** Held-out frames that a validation of behaviour cloning measures, at most. */
export const HELD_OUT_FRAMES = 512;

/** Which episodes of an expert dataset are learned from, and which only measured on. */
export interface ExpertSplit {
  training: number[];
  validation: number[];
}

/**
 * The first `expertEpisodes` are learned from, up to `validationEpisodes` after them are held out: growing the one
 * never moves an episode from the other. Throws StudioError if the dataset is too small.
 */
export function splitExpertEpisodes(
  dataset: Dataset,
  expertEpisodes: number,
  validationEpisodes: number,
): ExpertSplit {
  const available = dataset.episodes.length;
  if (available < expertEpisodes) {
    throw new StudioError(
      `Dataset ${dataset.metadata.id} has ${available} episodes, but ${expertEpisodes} are to be learned from: ` +
        'record more, or choose fewer expert episodes.',
    );
  }
  const range = (start: number, end: number): number[] =>
    Array.from({ length: end - start }, (_, index) => start + index);
  return {
    training: range(0, expertEpisodes),
    validation: range(expertEpisodes, Math.min(available, expertEpisodes + validationEpisodes)),
  };
}
