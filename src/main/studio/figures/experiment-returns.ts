import { decideSize, type FigureRequest } from '../../../shared/figures';
import type { CurvePanel, CurveSeries } from '../../figures/curve-panel';
import type { Figure } from '../../figures/figure';
import { curveFigure } from '../../figures/learning-curve';
import type { ReferenceLine } from '../../figures/reference-lines';
import { interquartileMean, meanAndStandardError, stratifiedBootstrap } from '../../learning/statistics';
import type { Registry } from '../../registry/registry';
import type { CellResult } from '../experiments/results';
import { environmentTitle } from './evaluations';
import {
  agentSeries,
  readExperimentResults,
  referencesOf,
  runsOf,
  variedAspects,
  type AgentSeries,
} from './experiment-series';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'experiment-returns' }>;
type Axis = 'expertEpisodes' | 'horizon';

const axisTitles: Readonly<Record<Axis, string>> = {
  expertEpisodes: 'Expert episodes',
  horizon: 'Horizon H',
};

/**
 * Returns of an experiment's agents by the paper's protocol, against the number of expert episodes or the horizon (the
 * paper's Figures 3 and 4): in each environment the mean over seeds ± one standard error; over several environments the
 * interquartile mean of normalised returns with 95 % stratified bootstrap intervals (Agarwal et al. 2021).
 */
export function experimentReturnsFigure(registry: Registry, request: Request): Figure {
  const { experiment, results } = readExperimentResults(registry, request.experiment);
  const varied = variedAspects(results.cells);
  const along: Axis =
    !varied.includes('expertEpisodes') && varied.includes('horizon') ? 'horizon' : 'expertEpisodes';
  // A method without a horizon has no place on its axis.
  const cells = results.cells.filter(({ cell }) => cell[along] !== null);
  const series = agentSeries(cells, along);
  const environments = experiment.environments
    .map(({ id, expert }) => ({ id, references: referencesOf(results, id, expert.policy) }))
    .filter(({ id }) => cells.some(({ cell }) => cell.environment === id));
  const panels = environments.map(({ id, references }) => ({
    title: `Return in ${environmentTitle(id)}`,
    series: series.flatMap((one) => returnsOf(one, id, along)),
    references,
  }));
  const normalised = normalisedPanel(series, environments, along);
  const seeds = new Set(cells.map(({ cell }) => cell.seed)).size;
  const { episodes, gradientSteps } = experiment.evaluation;
  return curveFigure({
    title: request.title ?? experiment.title,
    subtitle: `Mean over ${seeds} ${seeds === 1 ? 'seed' : 'seeds'} ± 1 standard error · ${gradientSteps} gradient steps × ${episodes} simulations each`,
    xTitle: axisTitles[along],
    logarithmicTicks: [...new Set(cells.map(({ cell }) => cell[along]!))].sort((a, b) => a - b),
    panels: [...panels, ...normalised],
    size: decideSize(request),
    origin: figureOrigin(registry, runsOf(cells), request),
  });
}

/** A point of a curve: an agent for each seed. */
function pointsAlong(cells: readonly CellResult[], along: Axis): [number, CellResult[]][] {
  return [...Map.groupBy(cells, ({ cell }) => cell[along]!)].sort(([a], [b]) => a - b);
}

function returnsOf({ label, style, cells }: AgentSeries, environment: string, along: Axis): CurveSeries[] {
  const own = cells.filter(({ cell }) => cell.environment === environment);
  if (own.length === 0) return [];
  const points = pointsAlong(own, along).map(([x, agents]) => ({ x, ...meanOverSeeds(agents) }));
  return [
    {
      ...{ label, style, line: 'mean' },
      points: points.map(({ x, mean }) => ({ x, y: mean })),
      band: points.map(({ x, mean, error }) => ({ x, low: mean - error, high: mean + error })),
    },
  ];
}

/** Of one seed, the larger of the errors over simulations and over gradient steps. */
function meanOverSeeds(agents: readonly CellResult[]): { mean: number; error: number } {
  const [only, ...others] = agents;
  if (only && others.length === 0) {
    const { mean, standardError, standardErrorOfSteps = 0 } = only.result;
    return { mean, error: Math.max(standardError, standardErrorOfSteps) };
  }
  const { mean, standardError } = meanAndStandardError(agents.map(({ result }) => result.mean));
  return { mean, error: standardError };
}

interface ScaledEnvironment {
  readonly id: string;
  readonly references: readonly ReferenceLine[];
}

/** Over all environments, where there are several; random actions count 0 and the expert 1. */
function normalisedPanel(
  series: readonly AgentSeries[],
  environments: readonly ScaledEnvironment[],
  along: Axis,
): CurvePanel[] {
  if (environments.length < 2 || environments.some(({ references }) => references.length < 2)) return [];
  const scale = new Map(
    environments.map(({ id, references: [expert, random] }) => [id, [expert!.value, random!.value]]),
  );
  const curves = series.map(({ label, style, cells }): CurveSeries => {
    const points = pointsAlong(cells, along).flatMap(([x, agents]) => {
      const byEnvironment = [...Map.groupBy(agents, ({ cell }) => cell.environment)];
      // A point over fewer environments would be about something else.
      if (byEnvironment.length < environments.length) return [];
      const scores = byEnvironment.map(([id, own]) => {
        const [expert, random] = scale.get(id)!;
        return own.map(({ result }) => (result.mean - random!) / (expert! - random!));
      });
      return [{ x, ...stratifiedBootstrap(scores, interquartileMean) }];
    });
    return {
      ...{ label, style, line: 'interquartile mean' },
      points: points.map(({ x, estimate }) => ({ x, y: estimate })),
      band: points.map(({ x, lower, upper }) => ({ x, low: lower, high: upper })),
    };
  });
  const title = 'Interquartile mean of all, random 0, expert 1';
  return [{ title, series: curves.filter(({ points }) => points.length > 0) }];
}
