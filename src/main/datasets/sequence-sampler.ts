import type { EpisodeSummary, SequenceBatch } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import type { RandomGenerator } from '../../shared/random';
import type { Dataset } from './dataset';
import { readSequences, type SequencePlan } from './sequence-batch';

export interface SamplerOptions {
  seed: number;
  /** Rows of a batch. */
  batch: number;
  /** Steps of a row. */
  length: number;
  /** Indices of the episodes to draw from; all unless given. */
  episodes?: readonly number[];
}

/** Batches as a pure function of (seed, step): a resumed run continues without any saved sampler state. */
export abstract class SequenceSampler {
  protected readonly options: SamplerOptions;
  protected readonly episodes: readonly EpisodeSummary[];
  readonly #dataset: Dataset;

  constructor(dataset: Dataset, options: SamplerOptions) {
    this.options = options;
    this.episodes = chosenEpisodes(dataset, options);
    this.#dataset = dataset;
  }

  /** The batch of training step `step`, counted from 0. Decoding for the next step starts in the background. */
  async sample(step: number): Promise<SequenceBatch> {
    const batch = await readSequences(this.#dataset, this.plan(step), this.options.length);
    for (const segments of this.plan(step + 1).rows) {
      for (const { start, count } of segments) this.#dataset.prefetch(start, count);
    }
    return batch;
  }

  protected abstract plan(step: number): SequencePlan;
}

function chosenEpisodes(dataset: Dataset, { batch, length, episodes }: SamplerOptions): EpisodeSummary[] {
  const { name } = dataset.metadata;
  if (!Number.isInteger(batch) || batch < 1 || !Number.isInteger(length) || length < 1) {
    throw new StudioError(
      `A batch of ${batch} sequences of ${length} steps cannot be drawn: choose whole numbers from 1 up for both.`,
    );
  }
  if (dataset.episodes.length === 0) {
    throw new StudioError(
      `Dataset "${name}" has no complete episode yet: record some first. ${dataset.folder}`,
    );
  }
  const indices = episodes ?? [...dataset.episodes.keys()];
  if (indices.length === 0) {
    throw new StudioError(
      `No episodes of dataset "${name}" are chosen: choose at least one of its ${dataset.episodes.length}.`,
    );
  }
  return indices.map((index) => {
    const episode = dataset.episodes[index];
    if (episode) return episode;
    throw new StudioError(
      `Dataset "${name}" has no episode ${index}: choose from 0 to ${dataset.episodes.length - 1}, or record more.`,
    );
  });
}

/** Uniform in [0, bound), from 48 random bits: 24 alone would favour some steps of a dataset of millions. */
export function uniformIndex(random: RandomGenerator, bound: number): number {
  const high = random.integer(2 ** 24);
  const low = random.integer(2 ** 24);
  return Math.floor(((high * 2 ** 24 + low) / 2 ** 48) * bound);
}

/** Exclusive running totals, with the grand total last: `[0, a, a + b, …]`. */
export function runningTotals(counts: readonly number[]): number[] {
  const totals = [0];
  for (const count of counts) totals.push(totals.at(-1)! + count);
  return totals;
}

/** The item that holds `position`: the last whose running total is not above it (empty items hold nothing). */
export function itemAt(totals: readonly number[], position: number): number {
  let low = 0;
  let high = totals.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (totals[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}
