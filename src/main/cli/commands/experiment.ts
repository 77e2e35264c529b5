import { existsSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { experimentShare } from '../../../shared/contract/experiments';
import type { EnvironmentSpecification } from '../../../shared/environment';
import type { Experiment } from '../../../shared/experiment';
import { StudioError } from '../../../shared/errors';
import type { Registry } from '../../registry/registry';
import { builtInExperiments } from '../../studio/experiments/built-in';
import { knownEnvironments } from '../../studio/environments/added-environments';
import { readExperiment } from '../../studio/experiments/check';
import { ExperimentStore } from '../../studio/experiments/experiment-store';
import { experimentResults } from '../../studio/experiments/results';
import { workOnExperiment } from '../../studio/experiments/start-experiment';
import { JobControl } from '../../studio/follow-run';
import { readJson } from '../../trainer/files';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { formatExperiment } from '../experiment-table';
import { catchInterrupts } from '../interrupt';
import { progressDisplay } from '../progress-display';
import { formatSeconds } from '../text';

interface ExperimentCommandOptions extends CommonOptions {
  jobs?: number;
}

export function addExperimentCommand(program: Command, invocation: Invocation): void {
  const names = builtInExperiments.map(({ id }) => id).join(', ');
  addCommand(program, 'experiment', 'Make all runs of an experiment; again, to go on where it was.')
    .argument('<file>', `a JSON file, or the name of one that is built in: ${names}`)
    .option('--jobs <runs>', 'runs at once [default: as many as the cores take]', parseJobs)
    .action((file: string, options: ExperimentCommandOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const experiment = openExperiment(file, knownEnvironments(registry.home));
        await workOnScreen(registry, experiment, options.jobs, invocation);
        const store = new ExperimentStore(registry, () => {}, invocation.note);
        const results = experimentResults(registry, store.open(experiment.id));
        invocation.deliver({
          document: { experiment: experiment.id, status: 'finished', ...results },
          text: formatExperiment(results),
        });
      }),
    );
}

function openExperiment(file: string, known: readonly EnvironmentSpecification[]): Experiment {
  if (existsSync(file)) return readExperiment(readJson(file, z.json()), file, known);
  const builtIn = builtInExperiments.find(({ id }) => id === file);
  if (builtIn) return readExperiment(builtIn, file, known);
  const names = builtInExperiments.map(({ id }) => id).join(', ');
  throw new StudioError(
    `There is no file ${file}, and no built-in experiment of that name: those are ${names}.`,
  );
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs;
  throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
}

async function workOnScreen(
  registry: Registry,
  experiment: Experiment,
  jobs: number | undefined,
  invocation: Invocation,
): Promise<void> {
  const display = progressDisplay(invocation.stderr);
  const control = new JobControl();
  const onNotice = (text: string): void => display.note(text);
  const release = catchInterrupts(control, onNotice);
  const experiments = new ExperimentStore(registry, () => {}, onNotice);
  experiments.prepare(experiment);
  try {
    await workOnExperiment(registry, experiments, experiment.id, {
      ...{ jobs, control, onNotice },
      onProgress: (progress) => {
        const { done, total, failed, running, secondsLeft } = progress;
        const titles = running.map(({ title, share }) => `${title} (${Math.floor(100 * share)} %)`);
        const left = secondsLeft === null ? [] : [`${formatSeconds(secondsLeft)} left`];
        const failures = failed > 0 ? [`${failed} failed`] : [];
        const detail = [`${done}/${total} runs`, ...failures, ...left, ...titles].join(', ');
        display.show([{ id: 'all', title: experiment.id, share: experimentShare(progress), detail }]);
      },
    });
  } finally {
    release();
    display.close();
  }
}
