import type { FigureChoices, FigureRun } from '../../../shared/contract/figures';
import {
  evaluationSummarySchema,
  heldOutMeasureNames,
  type EvaluationResult,
} from '../../../shared/evaluation';
import type { RunRecord } from '../../../shared/runs';
import { ExperimentStore } from '../experiments/experiment-store';
import { experimentResults } from '../experiments/results';
import type { Registry } from '../../registry/registry';
import { environmentTitle } from './evaluations';

/** The runs that there are for each kind of figure, newest first. */
export function figureChoices(registry: Registry): FigureChoices {
  const runs = registry.listRuns();
  const trainings = runs.filter(({ kind }) => kind === 'world-model' || kind === 'agent');
  const has = (test: (result: EvaluationResult) => boolean) =>
    runs.filter((run) => run.kind === 'evaluation' && resultsOf(run).some(test)).map(described);
  const experiments = evaluatedExperiments(registry);
  return {
    'learning-curve': trainings.filter(({ id }) => registry.metricNames(id).length > 0).map(described),
    'method-comparison': has(({ method }) => method !== undefined),
    'latent-distance': has((result) => heldOutMeasureNames.some((name) => result[name] !== undefined)),
    filmstrip: trainings
      .filter(({ id }) => registry.listArtifacts(id).some(({ kind }) => kind === 'dream'))
      .map(described),
    'experiment-training': experiments,
    'experiment-returns': experiments,
  };
}

function resultsOf({ state }: RunRecord): readonly EvaluationResult[] {
  return evaluationSummarySchema.safeParse(state.summary).data?.results ?? [];
}

function described({ id, name, seed, kind, created, configuration, datasets }: RunRecord): FigureRun {
  const environment = configuration['environment'];
  return {
    ...{ id, name, seed, kind, created },
    environment: typeof environment === 'string' ? environmentTitle(environment) : undefined,
    family: datasets.map((dataset) => dataset.contentHash).join(),
  };
}

/** Experiments of which an agent has been evaluated. */
function evaluatedExperiments(registry: Registry): FigureRun[] {
  // Anew from their files: a command line beside this process may be at work on one. Damaged files were told of before.
  const store = new ExperimentStore(
    registry,
    () => {},
    () => {},
  );
  return store
    .list()
    .filter(({ id }) => experimentResults(registry, store.open(id)).cells.length > 0)
    .map(({ id, experiment, created }) => ({
      ...{ id, name: experiment.title, created, seed: 0, family: '', kind: 'experiment' as const },
      environment: experiment.environments.map((one) => environmentTitle(one.id)).join(' and '),
    }));
}
