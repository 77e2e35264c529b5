import type { FigureChoices, FigureRun } from '../../../shared/contract/figures';
import { evaluationSummarySchema, type EvaluationResult } from '../../../shared/evaluation';
import type { RunRecord } from '../../../shared/runs';
import type { Registry } from '../../registry/registry';
import { environmentTitle } from './evaluations';

/** The runs that there are for each kind of figure, newest first. */
export function figureChoices(registry: Registry): FigureChoices {
  const runs = registry.listRuns();
  const trainings = runs.filter(({ kind }) => kind === 'world-model' || kind === 'agent');
  const has = (test: (result: EvaluationResult) => boolean) =>
    runs.filter((run) => run.kind === 'evaluation' && resultsOf(run).some(test)).map(described);
  return {
    'learning-curve': trainings.filter(({ id }) => registry.metricNames(id).length > 0).map(described),
    'method-comparison': has(({ method }) => method !== undefined),
    'latent-distance': has(
      ({ latentDistance, actionAccuracy }) => (latentDistance ?? actionAccuracy) !== undefined,
    ),
    filmstrip: trainings
      .filter(({ id }) => registry.listArtifacts(id).some(({ kind }) => kind === 'dream'))
      .map(described),
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
