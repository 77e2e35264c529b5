import { heldOutMeasureNames, type HeldOutMeasureName } from '../../../shared/evaluation';
import { decideSize, type FigureRequest } from '../../../shared/figures';
import { describeMetric } from '../../../shared/metrics';
import type { CurvePanel, CurveSeries } from '../../figures/curve-panel';
import type { Figure } from '../../figures/figure';
import { curveFigure } from '../../figures/learning-curve';
import { meanAndStandardError, rankCorrelation } from '../../learning/statistics';
import type { Registry } from '../../registry/registry';
import type { CellResult, ExperimentResults } from '../experiments/results';
import { environmentTitle } from './evaluations';
import {
  agentSeries,
  readExperimentResults,
  referencesOf,
  runsOf,
  type AgentSeries,
} from './experiment-series';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'experiment-training' }>;
type Measure = 'mean' | HeldOutMeasureName;

/**
 * Return in the true environment, held-out latent distance and action accuracy at each gradient step that was evaluated
 * (the paper's Figure 2): mean over seeds ± one standard error, and how well each measure ranks the returns.
 */
export function experimentTrainingFigure(registry: Registry, request: Request): Figure {
  const { experiment, results } = readExperimentResults(registry, request.experiment);
  const { cells } = results;
  const series = agentSeries(cells);
  const environments = experiment.environments.filter(({ id }) =>
    cells.some(({ cell }) => cell.environment === id),
  );
  return curveFigure({
    title: request.title ?? experiment.title,
    subtitle:
      'Mean over seeds ± 1 standard error · ρ is Spearman’s rank correlation with the return, over all methods and ' +
      'gradient steps of a world model, mean over world models',
    xTitle: 'Gradient steps',
    panels: environments.flatMap(({ id, expert }) => panelsOf(results, series, id, expert.policy)),
    size: decideSize(request),
    origin: figureOrigin(registry, runsOf(cells), request),
  });
}

function panelsOf(
  results: ExperimentResults,
  series: readonly AgentSeries[],
  environment: string,
  expertPolicy: string,
): CurvePanel[] {
  const title = environmentTitle(environment);
  const own = results.cells.filter(({ cell }) => cell.environment === environment);
  const panel = (measure: Measure): CurveSeries[] =>
    series.flatMap((one) => curveOf(one, environment, measure));
  const measured = heldOutMeasureNames
    .map((measure) => ({ measure, series: panel(measure) }))
    .filter((one) => one.series.length > 0)
    .map(({ measure, ...rest }) => ({
      title: `${title}: ${describeMetric(measure).title.toLowerCase()}, ρ = ${signed(correlation(own, measure))}`,
      ...rest,
    }));
  return [
    {
      title: `${title}: return`,
      series: panel('mean'),
      references: referencesOf(results, environment, expertPolicy),
    },
    ...measured,
  ];
}

function curveOf({ label, style, cells }: AgentSeries, environment: string, measure: Measure): CurveSeries[] {
  const values = cells
    .filter(({ cell }) => cell.environment === environment)
    .flatMap(({ result }) => result.gradientSteps ?? [])
    .flatMap((step) => (step[measure] === undefined ? [] : [{ x: step.step, y: step[measure] }]));
  const points = [...Map.groupBy(values, ({ x }) => x)]
    .sort(([a], [b]) => a - b)
    .map(([x, group]) => ({ x, ...meanAndStandardError(group.map(({ y }) => y)) }));
  if (points.length === 0) return [];
  return [
    {
      ...{ label, style, line: 'mean' },
      points: points.map(({ x, mean }) => ({ x, y: mean })),
      band: points.map(({ x, mean, standardError: error }) => ({ x, low: mean - error, high: mean + error })),
    },
  ];
}

/** Distances of different world models cannot be compared, so each ranks its own agents. */
function correlation(cells: readonly CellResult[], measure: HeldOutMeasureName): number {
  const byWorldModel = [...Map.groupBy(cells, ({ worldModelRun }) => worldModelRun).values()];
  const correlations = byWorldModel.map((own) =>
    rankCorrelation(
      own
        .flatMap(({ result }) => result.gradientSteps ?? [])
        .flatMap((step) => (step[measure] === undefined ? [] : [[step[measure], step.mean] as const])),
    ),
  );
  return meanAndStandardError(correlations).mean;
}

const signed = (value: number): string =>
  Number.isNaN(value) ? 'not defined' : value.toFixed(2).replace('-', '−');
