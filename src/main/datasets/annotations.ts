import { join } from 'node:path';
import { z } from 'zod';
import type { EpisodeFlag } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { readBounded, writeJsonAtomically } from './files';
import { MAXIMUM_EPISODES, MAXIMUM_METADATA_BYTES } from './limits';

/** Beside the arrays that only grow, out of the way of Zarr readers that list the group. */
const FILE = join('meta', 'annotations.json');
const MAXIMUM_NOTE_LENGTH = 500;

const annotationsSchema = z.object({
  formatVersion: z.literal(1),
  flags: z
    .array(
      z.object({
        episode: z.int().nonnegative().max(MAXIMUM_EPISODES),
        note: z.string().max(MAXIMUM_NOTE_LENGTH),
        date: z.iso.datetime(),
      }),
    )
    .max(MAXIMUM_EPISODES),
});

/** The flags of a dataset folder, in order of episodes. Episodes keep their number for life: appending only adds. */
export async function readFlags(folder: string): Promise<EpisodeFlag[]> {
  const path = join(folder, FILE);
  try {
    const bytes = await readBounded(path, MAXIMUM_METADATA_BYTES);
    if (!bytes) return [];
    const { flags } = annotationsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return flags.sort((one, other) => one.episode - other.episode);
  } catch (cause) {
    throw new StudioError(
      `The flags of this dataset cannot be read: restore the file from a backup, or remove it to start without flags. ${path}`,
      { cause },
    );
  }
}

export async function writeFlags(folder: string, flags: readonly EpisodeFlag[]): Promise<void> {
  await writeJsonAtomically(join(folder, FILE), { formatVersion: 1, flags });
}

/** Changes come one after another: each reads what the one before has written. */
let lastChange: Promise<unknown> = Promise.resolve();

function changeFlags(
  folder: string,
  change: (flags: readonly EpisodeFlag[]) => EpisodeFlag[],
): Promise<EpisodeFlag[]> {
  const changed = lastChange.then(async () => {
    const flags = change(await readFlags(folder)).sort((one, other) => one.episode - other.episode);
    await writeFlags(folder, flags);
    return flags;
  });
  lastChange = changed.catch(() => undefined);
  return changed;
}

/** Flags episodes, or changes their notes. */
export async function flagEpisodes(
  folder: string,
  episodes: readonly number[],
  note: string,
  now = new Date(),
): Promise<EpisodeFlag[]> {
  if (note.length > MAXIMUM_NOTE_LENGTH) {
    throw new StudioError(
      `This note has ${note.length} characters: shorten it to ${MAXIMUM_NOTE_LENGTH} or fewer.`,
    );
  }
  const date = now.toISOString();
  const chosen = new Set(episodes);
  return changeFlags(folder, (flags) => [
    ...flags.filter(({ episode }) => !chosen.has(episode)),
    ...[...chosen].map((episode) => ({ episode, note, date })),
  ]);
}

export function unflagEpisodes(folder: string, episodes: readonly number[]): Promise<EpisodeFlag[]> {
  const chosen = new Set(episodes);
  return changeFlags(folder, (flags) => flags.filter(({ episode }) => !chosen.has(episode)));
}
