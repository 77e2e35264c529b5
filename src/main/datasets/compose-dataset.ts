import type { DatasetEdit, DatasetMetadata, EpisodeFlag, RecordingDescription } from '../../shared/datasets';
import { readFlags, writeFlags } from './annotations';
import type { Dataset } from './dataset';
import { makeDataset, type MakingOptions } from './dataset-folders';
import { DatasetWriter } from './dataset-writer';

/** Steps `[from, to)` of one episode. */
export interface Clip {
  dataset: Dataset;
  episode: number;
  from: number;
  to: number;
}

export interface Composition {
  id: string;
  name: string;
  clips: readonly Clip[];
  edit: DatasetEdit;
  /** What wrote the episodes; `editor` unless given. */
  importer?: string;
}

export interface WorkOptions {
  /** Episodes done and to do. */
  onProgress?: (done: number, total: number) => void;
  /** What it is at, where that cannot be counted. */
  onNote?: (text: string) => void;
  /** Aborting leaves no trace. */
  signal?: AbortSignal;
}

/** A whole episode as a clip. */
export function wholeEpisode(dataset: Dataset, episode: number): Clip {
  return { dataset, episode, from: 0, to: dataset.episodes[episode]!.length };
}

/**
 * Makes a dataset from clips of others, one episode in memory at a time: every edit is one of these. Who recorded each
 * episode and its flag come along.
 */
export async function composeDataset(
  parent: string,
  { id, name, clips, edit, importer = 'editor' }: Composition,
  options: WorkOptions & MakingOptions = {},
): Promise<Dataset> {
  const { metadata } = clips[0]!.dataset;
  const { environment, observationShape, actionKind, actionNames } = metadata;
  const history = [...pastEdits(clips), edit];
  const build = async (folder: string): Promise<void> => {
    const recordings = clips.map((clip) => recordingOf(clip.dataset.metadata, clip.episode));
    const writer = await DatasetWriter.create(folder, {
      ...{ id, name, environment, observationShape, actionKind, actionNames, history, importer },
      recording: recordings[0]!,
    });
    for (const [index, clip] of clips.entries()) {
      options.signal?.throwIfAborted();
      if (index > 0 && !follows(clips, recordings, index)) writer.startRecording(recordings[index]!);
      await writer.append(await readClip(clip));
      options.onProgress?.(index + 1, clips.length);
    }
    await writer.close();
    const flags = await carriedFlags(clips);
    if (flags.length > 0) await writeFlags(folder, flags);
  };
  return makeDataset(parent, id, build, options);
}

async function readClip({ dataset, episode, from, to }: Clip) {
  const whole = await dataset.episode(episode);
  const length = whole.rewards.length;
  const { frameBytes, actionWidth: width } = dataset;
  return {
    observations: whole.observations.subarray(from * frameBytes, to * frameBytes),
    actions: whole.actions.slice(from * width, to * width),
    rewards: whole.rewards.slice(from, to),
    terminated: whole.terminated && to === length,
    // Cut by a person is what truncation means: the end is not one of the environment's.
    truncated: whole.truncated || to < length,
  };
}

/** Who recorded an episode: its seed is that of the recording's first episode plus its place in the recording. */
function recordingOf(metadata: DatasetMetadata, episode: number): RecordingDescription & { index: number } {
  let first = 0;
  for (const [index, { policy, noise, stickiness, seed, episodes }] of metadata.recordings.entries()) {
    if (episode < first + episodes) return { policy, noise, stickiness, seed: seed + episode - first, index };
    first += episodes;
  }
  throw new RangeError(`episode ${episode} belongs to no recording of dataset "${metadata.name}"`);
}

/** Whether a clip continues the recording of the clip before it, without a gap. */
function follows(
  clips: readonly Clip[],
  recordings: readonly { index: number }[],
  position: number,
): boolean {
  const [before, clip] = [clips[position - 1]!, clips[position]!];
  const sameRecording = recordings[position - 1]!.index === recordings[position]!.index;
  return before.dataset === clip.dataset && before.episode + 1 === clip.episode && sameRecording;
}

/** The histories of all sources, each once, oldest first. */
function pastEdits(clips: readonly Clip[]): DatasetEdit[] {
  const datasets = new Set(clips.map((clip) => clip.dataset));
  const edits = [...datasets].flatMap((dataset) => dataset.metadata.history);
  const unique = new Map(edits.map((edit) => [JSON.stringify(edit), edit]));
  return [...unique.values()].sort((one, other) => one.date.localeCompare(other.date));
}

async function carriedFlags(clips: readonly Clip[]): Promise<EpisodeFlag[]> {
  const flags = new Map<Dataset, Map<number, EpisodeFlag>>();
  for (const { dataset } of clips) {
    if (flags.has(dataset)) continue;
    flags.set(dataset, new Map((await readFlags(dataset.folder)).map((flag) => [flag.episode, flag])));
  }
  return clips.flatMap(({ dataset, episode }, index) => {
    const flag = flags.get(dataset)!.get(episode);
    return flag ? [{ ...flag, episode: index }] : [];
  });
}
