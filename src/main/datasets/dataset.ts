import { resolve } from 'node:path';
import { actionWidth, emptyActions, type Actions } from '../../shared/actions';
import type { DatasetMetadata, Episode, EpisodeSummary } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import type { ArrayName } from './array-format';
import type { ArrayReader } from './array-reader';
import { ChunkCache } from './chunk-cache';
import { readContents, type DatasetContents } from './dataset-contents';
import { isCurrent, measureContent, repairMetadata } from './repair-metadata';

export interface DatasetOptions {
  /** Bound on the decoded observations kept in memory, in bytes. */
  cacheBytes?: number;
}

/** Half a million frames of 64x64x1: most datasets are in memory after their first epoch. */
export const DEFAULT_CACHE_BYTES = 2 * 2 ** 30;

/**
 * A dataset folder, opened for reading: everything but the pixels is in memory, decoded chunks of pixels are cached.
 * It is a snapshot of the episodes that were complete when it was opened, even while a recorder goes on writing.
 */
export class Dataset {
  readonly folder: string;
  readonly metadata: DatasetMetadata;
  readonly episodes: readonly EpisodeSummary[];
  /** Steps in all episodes. */
  readonly steps: number;
  /** Bytes of one observation. */
  readonly frameBytes: number;
  /** Numbers of one action: 1, or the components of a continuous one. */
  readonly actionWidth: number;
  /** `[steps]`, or `[steps, components]`: action taken *after* seeing observation t. */
  readonly actions: Actions;
  /** Likewise, action before observation t; -1, or all zeros, at an episode's first step. */
  readonly previousActions: Actions;
  /** `[steps]` 1 at an episode's first step. */
  readonly isFirst: Uint8Array;
  /** `[steps]` */
  readonly rewards: Float32Array;
  /** `[steps]` 0 or 1. */
  readonly terminated: Uint8Array;
  /** `[steps]` 0 or 1. */
  readonly truncated: Uint8Array;
  /** The stored arrays; may be longer than the complete episodes. */
  readonly readers: Readonly<Record<ArrayName, ArrayReader>>;
  readonly #cache: ChunkCache;

  private constructor(contents: DatasetContents, cacheBytes: number) {
    const { observations } = contents.readers;
    this.folder = contents.folder;
    this.metadata = contents.metadata;
    this.episodes = contents.episodes;
    this.steps = contents.rewards.length;
    this.frameBytes = observations.rowBytes;
    this.actions = contents.actions;
    this.rewards = contents.rewards;
    this.terminated = contents.terminated;
    this.truncated = contents.truncated;
    this.readers = contents.readers;
    this.isFirst = new Uint8Array(this.steps);
    const width = actionWidth(this.metadata);
    this.actionWidth = width;
    this.previousActions = emptyActions(this.metadata, this.steps);
    if (this.steps > 0) this.previousActions.set(this.actions.subarray(0, -width), width);
    const none = this.metadata.actionKind === 'discrete' ? -1 : 0;
    for (const { start } of this.episodes) {
      this.isFirst[start] = 1;
      this.previousActions.fill(none, start * width, (start + 1) * width);
    }
    const capacity = Math.floor(cacheBytes / (observations.chunkRows * observations.rowBytes));
    this.#cache = new ChunkCache((index) => observations.chunk(index), capacity);
  }

  /** Opens and checks a dataset; a StudioError says what is wrong with the folder. */
  static async open(
    folder: string,
    { cacheBytes = DEFAULT_CACHE_BYTES }: DatasetOptions = {},
  ): Promise<Dataset> {
    const contents = await readContents(resolve(folder));
    const dataset = new Dataset(contents, cacheBytes);
    if (isCurrent(dataset.metadata, dataset.episodes.length, dataset.steps)) return dataset;
    return new Dataset({ ...contents, metadata: await repairMetadata(dataset) }, cacheBytes);
  }

  /** Copies the observations of steps `start` to `start + count` into `target` at byte `offset`. */
  async copyObservations(start: number, count: number, target: Uint8Array, offset = 0): Promise<void> {
    if (!(start >= 0) || !(count >= 0) || start + count > this.steps) {
      throw new RangeError(`steps ${start} to ${start + count} are outside the dataset's ${this.steps}`);
    }
    await this.readers.observations.copy(start, count, target, offset, (index) => this.#cache.get(index));
  }

  /** Starts decoding the chunks of these steps in the background, so that copying them later need not wait. */
  prefetch(start: number, count: number): void {
    const { chunkRows } = this.readers.observations;
    for (let index = Math.floor(start / chunkRows); index * chunkRows < start + count; index++) {
      // Damage is reported by the read that needs the chunk.
      this.#cache.get(index).catch(() => undefined);
    }
  }

  /** `[length]`, or `[length, components]`: what was done in an episode, a copy. */
  episodeActions(index: number): Actions {
    const { start, end } = this.episodes[index]!;
    return this.actions.slice(start * this.actionWidth, end * this.actionWidth);
  }

  /** One whole episode. */
  async episode(index: number): Promise<Episode> {
    const summary = this.episodes[index];
    if (!summary) throw new RangeError(`episode ${index} is outside the dataset's ${this.episodes.length}`);
    const { start, end, length } = summary;
    const observations = new Uint8Array(length * this.frameBytes);
    await this.copyObservations(start, length, observations);
    return {
      observations,
      actions: this.episodeActions(index),
      rewards: this.rewards.slice(start, end),
      terminated: this.terminated[end - 1] === 1,
      truncated: this.truncated[end - 1] === 1,
    };
  }

  /** Reads everything and compares it with the content hash. */
  async verify(): Promise<void> {
    const { contentHash } = await measureContent(this);
    if (contentHash === this.metadata.contentHash) return;
    throw new StudioError(
      `The content of dataset "${this.metadata.name}" does not match its hash, so it was changed by something else: restore it from a backup or record it again. ${this.folder}`,
    );
  }
}
