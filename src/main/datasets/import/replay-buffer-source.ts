import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { get } from 'zarrita';
import type { ImportInspection, ImportTiming } from '../../../shared/dataset-import';
import type { Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import { MAXIMUM_EPISODES } from '../limits';
import { cutEpisode } from './cut-episodes';
import { importNotes, type ForeignSource } from './foreign-source';
import {
  folderHash,
  isZarrArray,
  NUMPY_TYPES,
  openForeignArray,
  readRows,
  type ForeignArray,
} from './foreign-zarr';
import type { NpyArray } from './npy';
import { someActions } from './source-actions';
import { framesOf, sourceArrays, type SourceArrays } from './source-arrays';

const ENDS = 'meta/episode_ends';

export function isReplayBuffer(folder: string): boolean {
  return isZarrArray(join(folder, ENDS));
}

/**
 * The replay-buffer layout that diffusion policy made common, in Zarr version 2 or 3: flat arrays in `data/` whose
 * first axis is time, and the episodes' ends in `meta/episode_ends`. Rows are as in Gymnasium.
 */
export class ReplayBufferSource implements ForeignSource {
  readonly inspection: ImportInspection;
  readonly name: string;
  readonly hash: string;
  readonly what = 'a Zarr replay buffer';
  readonly #path: string;
  readonly #ends: readonly number[];
  readonly #images: ForeignArray;
  readonly #arrays: SourceArrays;

  private constructor(
    path: string,
    hash: string,
    ends: number[],
    images: ForeignArray,
    arrays: SourceArrays,
  ) {
    this.#path = path;
    this.name = basename(path);
    this.hash = hash;
    this.#ends = ends;
    this.#images = images;
    this.#arrays = arrays;
    const { shape } = framesOf(emptyFrames(images), this.name);
    this.inspection = {
      format: 'replay-buffer',
      suggestedName: this.name.replace(/\.zarr$/, ''),
      episodes: ends.length,
      environment: null,
      actionNames: null,
      actionKind: arrays.actions.kind,
      actionCount: arrays.actions.count,
      observationShape: shape,
      timing: 'gymnasium',
      timingReason: 'In a replay buffer each action follows its observation.',
      notes: importNotes(shape, arrays.rewards !== null),
    };
  }

  static async open(path: string): Promise<ReplayBufferSource> {
    const name = basename(path);
    try {
      const ends = await readEnds(path);
      const arrays = new Map<string, NpyArray>();
      let images: ForeignArray | undefined;
      for (const key of await readdir(join(path, 'data'))) {
        if (!isZarrArray(join(path, 'data', key))) continue;
        const array = await openForeignArray(path, `data/${key}`);
        if (array.shape.length > 2) images ??= array;
        else if (array.shape[0]! >= ends.at(-1)!) arrays.set(key, await readRows(array, 0, ends.at(-1)!));
      }
      if (!images || images.shape[0]! < ends.at(-1)!)
        throw new Error('there are no images for all steps in data/');
      return new ReplayBufferSource(path, await folderHash(path), ends, images, sourceArrays(arrays, name));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  readonly count = (): number => this.#ends.length;

  async *episodes(timing: ImportTiming): AsyncGenerator<Episode> {
    for (const [index, end] of this.#ends.entries()) {
      const start = this.#ends[index - 1] ?? 0;
      const what = `Episode ${index} of ${this.name}`;
      const rows = await readRows(this.#images, start, end).catch((cause: unknown) => {
        throw unreadable(this.#path, cause);
      });
      const frames = framesOf(rows, what);
      const own = episodeArrays(this.#arrays, start, end);
      const episode = cutEpisode(own, frames, { from: 0, to: end - start }, timing, what);
      if (episode) yield episode;
    }
  }
}

function unreadable(path: string, cause: unknown): StudioError {
  if (cause instanceof StudioError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StudioError(
    `The replay buffer ${basename(path)} cannot be read (${reason}): export it again. ${path}`,
    { cause },
  );
}

function episodeArrays(arrays: SourceArrays, start: number, end: number): SourceArrays {
  const part = (values: Float64Array | null): Float64Array | null => values?.subarray(start, end) ?? null;
  const { actions, rewards, terminals } = arrays;
  return {
    ...arrays,
    actions: someActions(actions, start, end),
    rewards: part(rewards),
    terminals: part(terminals),
  };
}

async function readEnds(folder: string): Promise<number[]> {
  const array = await openForeignArray(folder, ENDS);
  if (array.shape.length !== 1) throw new Error(`${ENDS} is not a list`);
  if (array.shape[0]! > MAXIMUM_EPISODES) throw new Error(`it claims ${array.shape[0]} episodes`);
  const { data } = await get(array);
  const ends = Array.from(data as ArrayLike<number | bigint>, Number);
  ends.forEach((end, index) => {
    const before = ends[index - 1] ?? 0;
    if (!(end > before))
      throw new Error(`episode ${index} ends at step ${end} after one that ends at ${before}`);
  });
  if (ends.length === 0) throw new Error('it has no episodes');
  return ends;
}

function emptyFrames(images: ForeignArray): NpyArray {
  const type = NUMPY_TYPES[images.dtype] ?? images.dtype;
  return { type, shape: [0, ...images.shape.slice(1)], bytes: new Uint8Array() };
}
