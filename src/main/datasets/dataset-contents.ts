import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { actionWidth, type Actions } from '../../shared/actions';
import type { DatasetMetadata, EpisodeSummary } from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { arraySpecification, EPISODE_ENDS, STEP_ARRAYS, type ArrayName } from './array-format';
import { ArrayReader } from './array-reader';
import { allowedActions, firstOutside } from './check-episode';
import { readEpisodeEnds, summariseEpisodes } from './episodes';
import { readDatasetMetadata } from './metadata';

/** A dataset folder's checked contents, except the pixels. */
export interface DatasetContents {
  folder: string;
  metadata: DatasetMetadata;
  episodes: EpisodeSummary[];
  readers: Record<ArrayName, ArrayReader>;
  /** `[steps]`, or `[steps, components]` */
  actions: Actions;
  rewards: Float32Array;
  terminated: Uint8Array;
  truncated: Uint8Array;
}

export async function readContents(folder: string): Promise<DatasetContents> {
  const status = await stat(folder).catch(() => undefined);
  if (!status?.isDirectory()) {
    throw new StudioError(
      `There is no dataset at this path: check it, or record a dataset there first. ${folder}`,
    );
  }
  const metadata = await readDatasetMetadata(folder, basename(folder));
  const { name } = metadata;
  const open = (array: ArrayName): Promise<ArrayReader> =>
    ArrayReader.open(name, folder, arraySpecification(array, metadata));

  // The ends first: a recorder at work makes the other arrays longer, never shorter.
  const endsReader = await open(EPISODE_ENDS);
  const ends = await readEpisodeEnds(endsReader, name);
  const steps = ends.at(-1) ?? 0;
  const [observations, actions, rewards, terminated, truncated] = await Promise.all(STEP_ARRAYS.map(open));
  const readers = {
    observations,
    actions,
    rewards,
    terminated,
    truncated,
    [EPISODE_ENDS]: endsReader,
  } as Record<ArrayName, ArrayReader>;
  for (const array of STEP_ARRAYS) {
    if (readers[array].rows < steps) {
      throw new StudioError(
        `Dataset "${name}" is inconsistent: its episodes have ${steps} steps but array ${array} only ${readers[array].rows}: restore the folder from a backup or record the dataset again. ${folder}`,
      );
    }
  }

  const [actionBytes, rewardBytes, terminatedBytes, truncatedBytes] = await Promise.all([
    readers.actions.bytes(0, steps),
    readers.rewards.bytes(0, steps),
    readers.terminated.bytes(0, steps),
    readers.truncated.bytes(0, steps),
  ]);
  const contents: DatasetContents = {
    folder,
    metadata,
    episodes: summariseEpisodes(ends, new Float32Array(rewardBytes.buffer)),
    readers,
    actions: new (metadata.actionKind === 'discrete' ? Int32Array : Float32Array)(actionBytes.buffer),
    rewards: new Float32Array(rewardBytes.buffer),
    terminated: terminatedBytes,
    truncated: truncatedBytes,
  };
  checkValues(contents);
  return contents;
}

function checkValues({ metadata, actions, episodes, folder }: DatasetContents): void {
  const outside = firstOutside(metadata, actions);
  if (outside >= 0) {
    const step = Math.floor(outside / actionWidth(metadata));
    throw new StudioError(
      `Dataset "${metadata.name}" has action ${actions[outside]} at step ${step}, outside ${allowedActions(metadata)}: record or import it again. ${folder}`,
    );
  }
  const episode = episodes.findIndex((item) => !Number.isFinite(item.return));
  if (episode >= 0) {
    throw new StudioError(
      `Dataset "${metadata.name}" has a reward in episode ${episode} that is not a number: record or import it again. ${folder}`,
    );
  }
}
