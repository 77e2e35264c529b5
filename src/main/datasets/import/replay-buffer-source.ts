import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { get } from 'zarrita';
import type { ImportInspection, ImportTiming } from '../../../shared/dataset-import';
import type { Episode } from '../../../shared/datasets';
import { StudioError } from '../../../shared/errors';
import { MAXIMUM_EPISODES } from '../limits';
import { componentRanges, scaleActions } from './action-ranges';
import { cutEpisode } from './cut-episodes';
import { importNotes, type ForeignSource } from './foreign-source';
import { folderHash, isZarrArray, openForeignArray, readRows, type ForeignArray } from './foreign-zarr';
import type { NpyArray } from './npy';
import { someActions } from './source-actions';
import { framesOf, nameOf, sourceArrays, type Frames, type SourceArrays } from './source-arrays';
import type { PixelUnit } from './source-pixels';

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
  readonly #unit: PixelUnit;

  private constructor(
    path: string,
    hash: string,
    ends: number[],
    images: ForeignArray,
    frames: Frames,
    arrays: SourceArrays,
  ) {
    this.#path = path;
    this.name = basename(path);
    this.hash = hash;
    this.#ends = ends;
    this.#images = images;
    this.#unit = frames.unit;
    const ranges = componentRanges(arrays.actions);
    this.#arrays = { ...arrays, actions: scaleActions(arrays.actions, ranges) };
    this.inspection = {
      format: 'replay-buffer',
      suggestedName: this.name.replace(/\.zarr$/, ''),
      episodes: ends.length,
      environment: null,
      actionNames: null,
      actionKind: arrays.actions.kind,
      actionCount: arrays.actions.count,
      observationShape: frames.shape,
      timing: 'gymnasium',
      timingReason: 'In a replay buffer each action follows its observation.',
      notes: importNotes(frames, arrays.rewards !== null, ranges),
    };
  }

  static async open(path: string): Promise<ReplayBufferSource> {
    const name = basename(path);
    try {
      const ends = await readEnds(path);
      const steps = ends.at(-1)!;
      const vectors = new Map<string, NpyArray>();
      const pictures = new Map<string, ForeignArray>();
      for (const key of (await readdir(join(path, 'data'))).sort()) {
        if (!isZarrArray(join(path, 'data', key))) continue;
        const array = await openForeignArray(path, `data/${key}`);
        if (array.shape[0]! < steps) continue;
        if (array.shape.length > 2) pictures.set(key, array);
        else vectors.set(key, await readRows(array, 0, steps));
      }
      const images = imagesAmong(pictures);
      if (!images) throw new Error('there are no images for all steps in data/');
      // All others are as the first episode's.
      const frames = framesOf(await readRows(images, 0, ends[0]!), name);
      const hash = await folderHash(path);
      return new ReplayBufferSource(path, hash, ends, images, frames, sourceArrays(vectors, name));
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
      const frames = framesOf(rows, what, this.#unit);
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

/** The images by their name, else the first array that may be some: points of a plane lie there in as many axes. */
function imagesAmong(arrays: ReadonlyMap<string, ForeignArray>): ForeignArray | undefined {
  const name = nameOf('images', arrays);
  return name === undefined ? [...arrays.values()].find(({ shape }) => shape.length === 4) : arrays.get(name);
}
