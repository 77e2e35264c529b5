import type { ExperimentProgress, ExperimentState } from '../../../shared/contract/experiments';
import type { Registry } from '../../registry/registry';
import { planExperiment } from './plan';

/** How far an experiment is, as its runs say; for one that another process is at work on, which tells nobody else. */
export function progressOf({ experiment, runs }: ExperimentState, registry: Registry): ExperimentProgress {
  const { steps } = planExperiment(experiment);
  const made = steps.flatMap(({ key, title }) => {
    const runId = runs[key];
    return runId !== undefined && registry.hasRun(runId) ? [{ title, ...registry.getRun(runId).state }] : [];
  });
  return {
    done: made.filter(({ status }) => status === 'finished').length,
    total: steps.length,
    failed: made.filter(({ status }) => status === 'failed').length,
    running: made
      .filter(({ status }) => status === 'running')
      .map(({ title, step, totalSteps }) => ({ title, share: totalSteps > 0 ? step / totalSteps : 0 })),
    secondsLeft: null,
  };
}
