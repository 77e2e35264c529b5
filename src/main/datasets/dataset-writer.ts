import { join, resolve } from 'node:path';
import type {
  DatasetMetadata,
  Episode,
  EpisodeSummary,
  Recording,
  RecordingDescription,
} from '../../shared/datasets';
import { StudioError } from '../../shared/errors';
import { EPISODE_ENDS, STEP_ARRAYS, type ArrayName } from './array-format';
import { ArrayWriter } from './array-writer';
import { checkEpisode } from './check-episode';
import { bytesOf, episodeReturn, extendContent, pixelStatistics, summariseRecording } from './content';
import { createDatasetFolder, type DatasetDescription } from './create-dataset';
import { Dataset } from './dataset';
import { syncFolderOf } from './files';
import { METADATA_FILE, writeDatasetMetadata } from './metadata';

interface WriterState {
  metadata: DatasetMetadata;
  arrays: Record<ArrayName, ArrayWriter>;
  steps: number;
  episodes: readonly EpisodeSummary[];
}

/** Whether a recording goes on where the last one stopped, as after a pause: the two are then one. */
function continues(last: Recording, next: RecordingDescription): boolean {
  const samePolicy = last.policy === next.policy && last.noise === next.noise;
  const sameStickiness = (last.stickiness ?? 0) === (next.stickiness ?? 0);
  return samePolicy && sameStickiness && last.seed + last.episodes === next.seed;
}

/**
 * Writes a dataset episode by episode. When `append` has returned, the episode is on the disk and stays readable
 * whatever happens afterwards; when it throws (say, the disk is full), everything before it is untouched and the same
 * episode may be appended again. One writer at a time.
 */
export class DatasetWriter {
  readonly folder: string;
  readonly #arrays: Record<ArrayName, ArrayWriter>;
  #metadata: DatasetMetadata;
  #steps: number;
  /** The recordings before the current one. */
  #finished: readonly Recording[];
  #recording: RecordingDescription;
  #recorded: readonly Pick<EpisodeSummary, 'length' | 'return'>[] = [];
  #state: 'idle' | 'appending' | 'closed' = 'idle';

  private constructor(
    folder: string,
    { metadata, arrays, steps, episodes }: WriterState,
    recording: RecordingDescription,
  ) {
    this.folder = folder;
    this.#arrays = arrays;
    this.#metadata = metadata;
    this.#steps = steps;
    const last = metadata.recordings.at(-1);
    if (last && continues(last, recording)) {
      this.#finished = metadata.recordings.slice(0, -1);
      this.#recording = { ...recording, seed: last.seed };
      this.#recorded = episodes.slice(-last.episodes);
    } else {
      this.#finished = metadata.recordings;
      this.#recording = recording;
    }
  }

  /** Starts a new dataset in a folder that is empty or absent. */
  static async create(
    folder: string,
    description: DatasetDescription,
    options: { chunkBytes?: number } = {},
  ): Promise<DatasetWriter> {
    const path = resolve(folder);
    const created = await createDatasetFolder(path, description, options.chunkBytes);
    return new DatasetWriter(path, { ...created, steps: 0, episodes: [] }, description.recording);
  }

  /** Opens an existing dataset of the same environment to append a recording, also after a killed one. */
  static async open(
    folder: string,
    { environment, recording }: { environment: string; recording: RecordingDescription },
  ): Promise<DatasetWriter> {
    const dataset = await Dataset.open(folder);
    const { metadata } = dataset;
    if (metadata.environment !== environment) {
      throw new StudioError(
        `Dataset "${metadata.name}" holds environment "${metadata.environment}", not "${environment}": append to another dataset or record a new one. ${dataset.folder}`,
      );
    }
    const resume = async (name: ArrayName): Promise<[ArrayName, ArrayWriter]> => {
      const rows = name === EPISODE_ENDS ? dataset.episodes.length : dataset.steps;
      return [name, await ArrayWriter.resume(dataset.folder, dataset.readers[name], rows)];
    };
    const entries = await Promise.all(
      [...STEP_ARRAYS, EPISODE_ENDS].map((name) => resume(name as ArrayName)),
    );
    const arrays = Object.fromEntries(entries) as Record<ArrayName, ArrayWriter>;
    const { steps, episodes } = dataset;
    return new DatasetWriter(dataset.folder, { metadata, arrays, steps, episodes }, recording);
  }

  /** As it will be on the disk after the last `append`. */
  get metadata(): DatasetMetadata {
    return this.#metadata;
  }

  /** Episodes from here on come from another policy, noise, stickiness or seed. */
  startRecording(recording: RecordingDescription): void {
    this.#finished = this.#metadata.recordings;
    this.#recording = recording;
    this.#recorded = [];
  }

  /** Adds one whole episode. */
  async append(episode: Episode): Promise<void> {
    if (this.#state !== 'idle') throw new Error(`the dataset writer is ${this.#state}`);
    checkEpisode(this.#metadata, episode, this.#steps);
    this.#state = 'appending';
    try {
      await this.#write(episode);
    } finally {
      this.#state = 'idle';
    }
  }

  /** Every episode is safe already; closing only refuses more. */
  close(): Promise<void> {
    if (this.#state === 'appending') return Promise.reject(new Error('an episode is still being appended'));
    this.#state = 'closed';
    return Promise.resolve();
  }

  /** The order is what makes a crash harmless: data and shapes, then the metadata, then the episode's end. */
  async #write(episode: Episode): Promise<void> {
    const length = episode.rewards.length;
    const flags = (last: boolean): Uint8Array => {
      const values = new Uint8Array(length);
      values[length - 1] = Number(last);
      return values;
    };
    const rows: Record<(typeof STEP_ARRAYS)[number], Uint8Array> = {
      observations: episode.observations,
      actions: bytesOf(episode.actions),
      rewards: bytesOf(episode.rewards),
      terminated: flags(episode.terminated),
      truncated: flags(episode.truncated),
    };
    const extents = await allDone(STEP_ARRAYS.map((name) => this.#arrays[name].stage(rows[name])));

    const steps = this.#steps + length;
    const recorded = [...this.#recorded, { length, return: episodeReturn(episode.rewards) }];
    const content = extendContent(this.#metadata, episode);
    const [height, width, channels] = this.#metadata.observationShape;
    const metadata: DatasetMetadata = {
      ...this.#metadata,
      ...content,
      ...pixelStatistics(content, steps * height * width * channels),
      recordings: [...this.#finished, summariseRecording(this.#recording, recorded)],
    };
    await writeDatasetMetadata(this.folder, metadata);

    const ends = this.#arrays[EPISODE_ENDS];
    const endsExtent = await ends.stage(bytesOf(BigInt64Array.of(BigInt(steps))));
    await syncFolderOf(join(ends.path, METADATA_FILE));

    STEP_ARRAYS.forEach((name, index) => this.#arrays[name].accept(extents[index]!));
    ends.accept(endsExtent);
    this.#metadata = metadata;
    this.#steps = steps;
    this.#recorded = recorded;
  }
}

/** Like Promise.all, but waits for the rest before it throws, so that a repeated write never races with a failed one. */
async function allDone<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
