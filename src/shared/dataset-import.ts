import type { ActionKind } from './actions';

/**
 * What a row of an episode file means; formats that look alike differ here by one step.
 * - `dreamerV2`: action and reward at t led to observation t; the first of them are dummies (DreamerV2, pydreamer).
 * - `dreamerV3`: the action at t follows observation t, but the reward at t led to it (DreamerV3).
 * - `gymnasium`: the action at t follows observation t and brings the reward at t (Gymnasium, D4RL). There may be one
 *   observation more than actions (Minari).
 */
export const importTimings = ['dreamerV2', 'dreamerV3', 'gymnasium'] as const;
export type ImportTiming = (typeof importTimings)[number];

export const importFormats = ['studio', 'npz', 'replay-buffer', 'hdf5'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** What was found at a path, before anything is imported. */
export interface ImportInspection {
  format: ImportFormat;
  /** For the new dataset. */
  suggestedName: string;
  episodes: number;
  /** Where the source says so; a person says it otherwise. */
  environment: string | null;
  actionNames: readonly string[] | null;
  actionKind: ActionKind;
  /** Discrete actions, or components of continuous ones. */
  actionCount: number;
  /** `[height, width, channels]` of the source; other sizes are resized. */
  observationShape: [number, number, number];
  /** Null where the files do not tell: a person must say it. */
  timing: ImportTiming | null;
  /** Why the timing was found, or cannot be. */
  timingReason: string;
  /** What importing will change or leave out; one sentence each. */
  notes: string[];
}

/** A person's answers to what the files do not say. */
export interface ImportAnswers {
  name: string;
  environment: string;
  /** One per action or component; `action 0` or `component 0`, … if left out. */
  actionNames?: readonly string[] | undefined;
  /** As found if left out. */
  timing?: ImportTiming | undefined;
  /** Who acted, e.g. `expert`. */
  policy: string;
}
