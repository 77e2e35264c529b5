import type { Action, Actions } from './actions';
import type { DatasetStatistics } from './dataset-statistics';
import type { DatasetMetadata, EpisodeFlag } from './datasets';
import type { DatasetRecord, RunKind, RunStatus } from './runs';

/** A dataset as the list of datasets shows it. */
export interface DatasetListItem extends DatasetRecord {
  /** `[height, width, channels]` */
  readonly observationShape: readonly [number, number, number];
  readonly policies: readonly string[];
  /** Share of steps, in percent, at which the action before was repeated; null where its recordings differ in it. */
  readonly stickyPercent: number | null;
  readonly importer: string;
  /** Over all episodes; null without any. */
  readonly meanReturn: number | null;
  readonly flaggedEpisodes: number;
}

/** A run that was made from a dataset, or that records into it. */
export interface DatasetUse {
  readonly runId: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
}

/** One entry per episode, in order. */
export interface EpisodeTable {
  readonly lengths: Int32Array;
  readonly returns: Float64Array;
  /** 1 where the episode reached a true end state. */
  readonly terminated: Uint8Array;
  /** Index into the metadata's recordings. */
  readonly recordings: Int32Array;
}

export interface DatasetDetail {
  readonly metadata: DatasetMetadata;
  /** Absolute path, for a person who looks for the files. */
  readonly folder: string;
  /** Of all its files. */
  readonly bytes: number;
  readonly episodes: EpisodeTable;
  readonly flags: readonly EpisodeFlag[];
  readonly statistics: DatasetStatistics;
  /** What needs this dataset exactly as it is: it cannot be changed in place then. */
  readonly uses: readonly DatasetUse[];
}

/** All of one episode but its frames. */
export interface EpisodeTracks {
  /** `[length]` index into the action names, or `[length, components]`. */
  readonly actions: Actions;
  readonly rewards: Float32Array;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** What a long piece of work tells as it goes on. */
export type WorkProgress<Result> =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** What it is at, where that cannot be counted. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'done'; readonly result: Result };

/** One picture of an environment that is being played, by a policy or by a person. */
export interface PlayFrame {
  /** Counted from 0, of this session. */
  readonly episode: number;
  /** Counted from 0: the picture is what is seen before the action of this step. */
  readonly step: number;
  /** `[height, width, channels]`, 0 to 255. */
  readonly pixels: Uint8Array;
  /** Action of the step before; null at an episode's start. */
  readonly action: Action | null;
  /** Sum of rewards so far in this episode. */
  readonly return: number;
  readonly state: 'ready' | 'playing' | 'ended';
  /** How the episode ended. */
  readonly end?: 'terminated' | 'truncated' | 'stopped';
  readonly pace: Pace;
}

/** How steady a beat is, over its last few seconds. */
export interface Pace {
  readonly perSecond: number;
  /** Standard deviation of the time between two beats, in milliseconds. */
  readonly jitterMilliseconds: number;
  /** Longest time between two beats, in milliseconds. */
  readonly longestMilliseconds: number;
  /** Beats that were left out because everything was late, since the start. */
  readonly missed: number;
}
