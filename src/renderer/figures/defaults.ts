import type { SharedMetric } from '../../shared/compare';
import type { FigureChoices, FigureRun } from '../../shared/contract/figures';
import { maximumFigureRuns, type FigureKind } from '../../shared/figures';

const mostMetrics = 3;

/**
 * The runs to begin with, so that something is shown at once: the newest training and those of its kind that learned from
 * the same episodes (agents rather than world models); of evaluations and dreams, the newest one.
 */
export function defaultRuns(kind: FigureKind, choices: FigureChoices): string[] {
  const runs = choices[kind];
  if (kind !== 'learning-curve') return runs.slice(0, 1).map(({ id }) => id);
  const newest = runs.find((run) => run.kind === 'agent') ?? runs[0];
  const belongs = (run: FigureRun) => run.kind === newest?.kind && run.family === newest.family;
  return runs
    .filter(belongs)
    .slice(0, maximumFigureRuns)
    .map(({ id }) => id)
    .reverse();
}

/** What one wants to see of a training first. */
const telling = [
  'validation/latentDistance',
  'validation/actionAccuracy',
  'validation/actionError',
  'reward',
  'validation/reconstructionLoss',
  'validation/klDivergence',
  'validation/loss',
  'loss',
];

/** The metrics to begin with: the most telling ones of those that there are. */
export function defaultMetrics(metrics: readonly SharedMetric[]): string[] {
  const names = metrics.map(({ name }) => name);
  const known = telling.filter((name) => names.includes(name)).slice(0, mostMetrics);
  return known.length > 0 ? known : names.slice(0, 1);
}
