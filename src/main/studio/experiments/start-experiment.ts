import { describeError } from '../../../shared/errors';
import type { Registry } from '../../registry/registry';
import { JobControl, RunNotFinished } from '../follow-run';
import type { Notices } from '../notices';
import type { Work } from '../queue';
import type { JobEvent } from '../supervisor';
import { simultaneousRuns } from './check';
import type { ExperimentStore } from './experiment-store';
import { runExperiment, type ExperimentOptions } from './run-experiment';

/** What an experiment needs of the studio. */
interface ExperimentHost {
  readonly experiments: ExperimentStore;
  readonly registry: Registry;
  readonly notices: Notices;
  readonly passOn: (runId: string, event: JobEvent) => void;
  runChanged(runId: string): void;
}

/** Starts an experiment, or goes on with one, as a piece of the queue's work. */
export function startExperiment(studio: ExperimentHost, id: string): Work {
  const { experiments, registry, notices } = studio;
  const control = new JobControl();

  async function work(): Promise<void> {
    try {
      await workOnExperiment(registry, experiments, id, {
        control,
        onNotice: (text) => notices.add('warning', text),
        onRunCreated: (runId) => studio.runChanged(runId),
        onJobEvent: studio.passOn,
      });
    } catch (error) {
      const { status } = experiments.get(id);
      if (status === 'paused' || status === 'interrupted') return;
      notices.add('error', `The experiment ${id} did not come to its end. ${describeError(error)}`);
    }
  }

  return { done: work(), pause: () => control.pause(), stop: () => control.stop() };
}

/** Works on an experiment to its end and keeps how it ended. Throws what `runExperiment` throws. */
export async function workOnExperiment(
  registry: Registry,
  experiments: ExperimentStore,
  id: string,
  options: Omit<ExperimentOptions, 'memory' | 'jobs'> & { jobs?: number | undefined },
): Promise<void> {
  experiments.requireHere(id);
  const { experiment, plan } = experiments.open(id);
  experiments.update(id, { status: 'running', message: 'Working' });
  try {
    await runExperiment(registry, plan, {
      ...options,
      memory: experiments.memoryOf(id),
      jobs: options.jobs ?? simultaneousRuns(experiment),
      onProgress: (progress) => {
        experiments.report(id, progress);
        options.onProgress?.(progress);
      },
    });
    experiments.update(id, { status: 'finished', message: `All ${plan.steps.length} runs are finished.` });
  } catch (error) {
    const ended = error instanceof RunNotFinished ? error.state.status : 'failed';
    const status = ended === 'paused' || ended === 'interrupted' ? ended : 'failed';
    experiments.update(id, { status, message: describeError(error) });
    throw error;
  }
}
