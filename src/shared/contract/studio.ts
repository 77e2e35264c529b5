import { z } from 'zod';
import type { EnvironmentSpecification } from '../environment';
import type { RunState } from '../runs';
import type { DemoState } from './demo';
import type { ExperimentState } from './experiments';
import { call, stream } from './procedure';
import type { QueueState } from './queue';

/** What the studio process says of itself. */
export interface StudioDescription {
  readonly version: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly platform: string;
  /** The folder that holds everything of the user's. */
  readonly home: string;
  /** The built-in ones, and those of Gymnasium that were added. */
  readonly environments: readonly EnvironmentSpecification[];
}

/** Something a person should know: a run that died, a damaged file that was put aside. */
export interface Notice {
  readonly id: number;
  readonly level: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly runId?: string;
  /** ISO 8601. */
  readonly time: string;
}

/** What pages are told without asking. They then ask again for what they show of it. */
export type StudioEvent =
  /** A run was made, changed its status, or is gone (no state). */
  | { type: 'run'; runId: string; state?: RunState }
  | {
      type: 'progress';
      runId: string;
      phase: string;
      step: number;
      totalSteps: number;
      secondsLeft?: number;
      stepMilliseconds?: number;
    }
  /** The run has new rows of metrics. */
  | { type: 'metrics'; runId: string }
  | { type: 'checkpoint'; runId: string; step: number }
  | { type: 'artifact'; runId: string; kind: string }
  | { type: 'log'; runId: string }
  | { type: 'queue'; queue: QueueState }
  | { type: 'demo'; demo: DemoState }
  | { type: 'experiment'; experiment: ExperimentState }
  /** The list of environments has changed. */
  | { type: 'environments' }
  /** Datasets were recorded, edited, imported or deleted. */
  | { type: 'datasets' }
  | { type: 'notice'; notice: Notice };

export const studioGroup = {
  describe: call(z.strictObject({})).returns<StudioDescription>(),
  /** Those not dismissed yet, oldest first. */
  notices: call(z.strictObject({})).returns<Notice[]>(),
  dismissNotice: call(z.strictObject({ id: z.int() })).returns<void>(),
  /** Everything that happens from now on; what happens in quick succession arrives together, the newest of a kind only. */
  events: stream(z.strictObject({})).yields<StudioEvent[]>(),
};
