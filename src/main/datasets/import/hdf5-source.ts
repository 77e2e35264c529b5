import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../../shared/errors';
import type { WorkOptions } from '../compose-dataset';
import { readBounded } from '../files';
import { MAXIMUM_EPISODES } from '../limits';
import { Hdf5File, type Hdf5Entry } from './hdf5-file';
import type { NpyArray } from './npy';
import { PartedSource, type EpisodePart } from './parted-source';
import { isWanted } from './source-arrays';

const MINARI_FILE = 'main_data.hdf5';
/** Minari writes the bounds of every pixel there. */
const MAXIMUM_MINARI_METADATA_BYTES = 2 ** 26;

const isActions = isWanted(['actions']);
const isPictures = isWanted(['images']);

/** The HDF5 file that a path means: itself, or that of a dataset of Minari. */
export function hdf5At(path: string, isFolder: boolean): string | undefined {
  if (!isFolder) return /\.(hdf5|h5)$/i.test(path) ? path : undefined;
  return [join(path, MINARI_FILE), join(path, 'data', MINARI_FILE)].find((file) => existsSync(file));
}

/**
 * Episodes in an HDF5 file: a group for each (`episode_0`, … of Minari; `data/demo_0`, … of robomimic), or all in flat
 * arrays (D4RL). Rows are as in Gymnasium.
 */
export async function openHdf5(path: string, options?: WorkOptions): Promise<PartedSource> {
  const about = await readMinari(join(dirname(path), 'metadata.json'));
  const file = await EpisodeFile.open(path);
  const episodes = await file.look();
  const [first] = episodes.values();
  const pictures = picturesAmong(first!).map(([key]) => key);
  const name = about?.dataset_id ?? basename(path);
  return PartedSource.open(
    {
      ...{ format: 'hdf5', name, suggestedName: name.replace(/\.(hdf5|h5)$/i, '').replaceAll('/', ' ') },
      what: about ? 'a dataset of Minari' : 'an HDF5 file',
      environment: about?.env_spec ?? null,
      timing: { timing: 'gymnasium', reason: 'In such HDF5 files each action follows its observation.' },
      parts: [...episodes].map(([group, entries]) => file.part(group, entries)),
      notes: pictures.length > 1 ? [`Of the pictures ${pictures.join(', ')} the first are taken.`] : [],
    },
    options,
  );
}

/** Groups of arrays: by the group's path, and there by the array's own. */
type Episodes = ReadonlyMap<string, ReadonlyMap<string, Hdf5Entry>>;

class EpisodeFile {
  readonly #path: string;
  readonly #file: Hdf5File;
  readonly #hash: string;
  /** What tells that it is still the same, as it is read through only once. */
  readonly #change: string;

  private constructor(path: string, hash: string, change: string) {
    this.#path = path;
    this.#file = new Hdf5File(path);
    this.#hash = hash;
    this.#change = change;
  }

  static async open(path: string): Promise<EpisodeFile> {
    const change = await changeOf(path);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    return new EpisodeFile(path, hash.digest('hex'), change);
  }

  /** What it holds of each episode, in their order. */
  look(): Promise<Episodes> {
    return this.#read(async () => {
      const episodes = episodesAmong(await this.#file.list());
      if (episodes.size === 0) throw new Error('no group in it has actions');
      if (episodes.size > MAXIMUM_EPISODES) throw new Error(`it claims ${episodes.size} episodes`);
      return episodes;
    });
  }

  part(group: string, entries: ReadonlyMap<string, Hdf5Entry>): EpisodePart {
    const [pictures] = picturesAmong(entries);
    return {
      name: `${group === '' ? '' : `${group} of `}${basename(this.#path)}`,
      read: (wanted) =>
        this.#read(async () => {
          const arrays = new Map<string, NpyArray>();
          for (const [key, entry] of entries) {
            if (wanted(key) && !isPictures(key)) arrays.set(key, await this.#file.read(entry));
          }
          if (pictures && wanted('image')) arrays.set('image', await this.#file.read(pictures[1]));
          return { arrays, hash: this.#hash };
        }),
    };
  }

  async #read<Result>(read: () => Promise<Result>): Promise<Result> {
    if ((await changeOf(this.#path)) !== this.#change) {
      throw new StudioError(`${basename(this.#path)} has changed since it was looked at: import it again.`);
    }
    try {
      return await read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StudioError(
        `The HDF5 file ${basename(this.#path)} cannot be read (${reason}): export it again. ${this.#path}`,
        { cause },
      );
    }
  }
}

/** `episode_2` comes before `episode_10`. */
const order = new Intl.Collator('en', { numeric: true });

/** The groups that have actions: the file itself, those in it, or those in its group `data`. */
function episodesAmong(entries: readonly Hdf5Entry[]): Episodes {
  const placed = entries.map((entry) => ({ entry, names: entry.path.split('/').slice(1) }));
  for (const depth of [0, 1, 2]) {
    const groupOf = (names: readonly string[]): string => names.slice(0, depth).join('/');
    const groups = placed
      .filter(({ names }) => names.length === depth + 1 && isActions(names[depth]!))
      .filter(({ names }) => depth < 2 || names[0] === 'data')
      .map(({ names }) => groupOf(names))
      .sort(order.compare);
    if (groups.length === 0) continue;
    const episodes = new Map(groups.map((group) => [group, new Map<string, Hdf5Entry>()]));
    for (const { entry, names } of placed) {
      episodes.get(groupOf(names))?.set(names.slice(depth).join('/'), entry);
    }
    return episodes;
  }
  return new Map();
}

/** An episode's pictures, of which the first are taken: under a name for them, or in a group of such a name. */
const picturesAmong = (entries: ReadonlyMap<string, Hdf5Entry>): [string, Hdf5Entry][] =>
  [...entries].filter(([key, entry]) => {
    const [name, ...inner] = key.split('/');
    return isPictures(name!) && (inner.length === 0 || mayBePictures(entry));
  });

/** `[steps, height, width(, channels)]`, or a compressed one a step. */
const mayBePictures = ({ shape, elementBytes, isRagged }: Hdf5Entry): boolean =>
  shape.length > 2 || isRagged || (shape.length === 2 && elementBytes === 1);

/** Its environment's id is Gymnasium's. */
const minariSchema = z.object({
  dataset_id: z.string().min(1).max(200),
  env_spec: z
    .string()
    .transform((text, context) => {
      try {
        return z.object({ id: z.string().min(1).max(200) }).parse(JSON.parse(text)).id;
      } catch {
        context.addIssue({ code: 'custom', message: 'no environment' });
        return z.NEVER;
      }
    })
    .nullish()
    .catch(null),
});

async function readMinari(path: string): Promise<z.output<typeof minariSchema> | undefined> {
  const bytes = await readBounded(path, MAXIMUM_MINARI_METADATA_BYTES).catch(() => undefined);
  if (!bytes) return undefined;
  try {
    return minariSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

async function changeOf(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw new StudioError(`There is no file at this path: check it. ${path}`);
  return `${status.size} ${status.mtimeMs}`;
}
