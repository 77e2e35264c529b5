import type { RunKind, RunRecord, RunStatus } from '../../shared/runs';

type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'bad';

export const statusTones: Readonly<Record<RunStatus, Tone>> = {
  queued: 'neutral',
  running: 'accent',
  paused: 'warning',
  finished: 'good',
  failed: 'bad',
  interrupted: 'warning',
};

export const kindLabels: Readonly<Record<RunKind, string>> = {
  record: 'Recording',
  'world-model': 'World model',
  agent: 'Agent',
  evaluation: 'Evaluation',
};

export const canResume = ({ state }: RunRecord): boolean =>
  ['paused', 'interrupted', 'failed'].includes(state.status);

/** 0 to 1. */
export const shareDone = ({ state }: RunRecord): number =>
  state.totalSteps > 0 ? state.step / state.totalSteps : 0;
