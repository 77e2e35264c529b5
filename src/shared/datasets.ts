import type { Actions, ActionSpace } from './actions';

/**
 * One recorded episode. Record t is observation[t], the action taken *after* seeing it, and the reward and end flags
 * which that action brought; the observation after the last action is not kept.
 */
export interface Episode {
  /** `[length, height, width, channels]`, 0 to 255. */
  observations: Uint8Array;
  /** `[length]` index into the dataset's action names, or `[length, components]`. */
  actions: Actions;
  /** `[length]` */
  rewards: Float32Array;
  /** The last action reached a true end state. */
  terminated: boolean;
  /** The last action hit the step limit. */
  truncated: boolean;
}

/** Where an episode lies in the dataset's flat arrays. */
export interface EpisodeSummary {
  /** First step. */
  start: number;
  /** One past the last step. */
  end: number;
  /** Steps. */
  length: number;
  /** Undiscounted sum of rewards. */
  return: number;
}

/** Who acts while recording. */
export interface RecordingDescription {
  /** e.g. `expert`, `weak`, `random`, `person` */
  policy: string;
  /** Probability that a step takes a uniformly random action instead, 0 to 1. */
  noise: number;
  /** Probability that a step repeats the action before instead; absent for 0. */
  stickiness?: number | undefined;
  /** Seed of the recording's first episode. */
  seed: number;
}

/** Consecutive episodes recorded from one policy, in the order in which they lie in the dataset. */
export interface Recording extends RecordingDescription {
  episodes: number;
  steps: number;
  meanReturn: number;
  minimumReturn: number;
  maximumReturn: number;
}

/** What an edit or import took from one dataset, file or folder. */
export interface EditSource {
  /** Id of the dataset, or name of the file or folder (without where it stood on that machine). */
  name: string;
  /** Content hash of the dataset, or SHA-256 over the files. */
  hash: string;
  /** The episodes that were taken, as `[first, end)` ranges of the source's numbering. */
  episodes: [number, number][];
  /** Episodes of which only the steps `[from, to)` were kept. */
  trims: { episode: number; from: number; to: number }[];
}

/** One step of how a dataset came to be from others or from another program's files. */
export interface DatasetEdit {
  operation: 'import' | 'trim' | 'delete' | 'split' | 'merge';
  /** ISO 8601. */
  date: string;
  /** One sentence for a person. */
  summary: string;
  sources: EditSource[];
  studioVersion: string;
}

/** A person's mark on an episode. It lies outside the content hash: marking changes no result. */
export interface EpisodeFlag {
  episode: number;
  /** Why; may be empty. */
  note: string;
  /** ISO 8601. */
  date: string;
}

/** The `ditto` attribute of the dataset's Zarr group. */
export interface DatasetMetadata extends ActionSpace {
  formatVersion: number;
  id: string;
  name: string;
  environment: string;
  /** `[height, width, channels]` */
  observationShape: [number, number, number];
  /** ISO 8601. */
  created: string;
  recordings: Recording[];
  /** Mean over all pixels, 0 to 255. */
  pixelMean: number;
  /** Population standard deviation over all pixels, 0 to 127.5. */
  pixelStandardDeviation: number;
  /** Exact, so that appending gives the same mean and deviation as recording in one go. */
  pixelSum: number;
  pixelSumOfSquares: number;
  /** Names of the chunk codecs, e.g. `zstd+crc32c`. */
  codec: string;
  /** Hexadecimal SHA-256 over the decoded content: equal episodes in equal order give equal hashes. */
  contentHash: string;
  /** What wrote the dataset, e.g. `recorder`. */
  importer: string;
  /** Oldest first; empty for what was recorded here and never edited. */
  history: DatasetEdit[];
  studioVersion: string;
}

/** A batch of sequences, rows laid out one after another. */
export interface SequenceBatch {
  batch: number;
  length: number;
  /** `[batch, length, height, width, channels]` */
  observations: Uint8Array;
  /** `[batch, length]`, or with components last: action taken *after* seeing observation t. */
  actions: Actions;
  /** Likewise, action before observation t; -1, or all zeros, at an episode's first step. */
  previousActions: Actions;
  /** `[batch, length]` 1 at an episode's first step. */
  isFirst: Uint8Array;
  /** Recurrent state must be zeroed for all rows. */
  startsEpoch: boolean;
}
