import { StudioError } from '../../shared/errors';
import { randomGenerator } from '../../shared/random';
import type { Dataset } from './dataset';
import type { SequencePlan } from './sequence-batch';
import {
  itemAt,
  runningTotals,
  SequenceSampler,
  uniformIndex,
  type SamplerOptions,
} from './sequence-sampler';

/**
 * Windows drawn uniformly, with replacement, from all that lie within one episode; shorter episodes are skipped.
 * Windows are independent, so every batch starts from zero state.
 */
export class WindowSampler extends SequenceSampler {
  /** Running totals of the windows that start in each episode. */
  readonly #windows: number[];

  constructor(dataset: Dataset, options: SamplerOptions) {
    super(dataset, options);
    const { length } = options;
    this.#windows = runningTotals(this.episodes.map((episode) => Math.max(0, episode.length - length + 1)));
    if (this.#windows.at(-1) === 0) {
      const longest = this.episodes.reduce((most, episode) => Math.max(most, episode.length), 0);
      throw new StudioError(
        `No chosen episode of dataset "${dataset.metadata.name}" has ${length} steps (the longest has ${longest}): choose a shorter sequence length or record longer episodes. ${dataset.folder}`,
      );
    }
  }

  protected plan(step: number): SequencePlan {
    const { seed, batch, length } = this.options;
    const random = randomGenerator(seed, 'sampler', step);
    const rows = Array.from({ length: batch }, () => {
      const window = uniformIndex(random, this.#windows.at(-1)!);
      const episode = itemAt(this.#windows, window);
      return [{ start: this.episodes[episode]!.start + window - this.#windows[episode]!, count: length }];
    });
    return { rows, startsEpoch: true };
  }
}
