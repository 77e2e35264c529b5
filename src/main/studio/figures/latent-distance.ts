import { StudioError } from '../../../shared/errors';
import { decideSize, type FigureRequest } from '../../../shared/figures';
import { describeMetric } from '../../../shared/metrics';
import type { Figure } from '../../figures/figure';
import { scatterFigure } from '../../figures/scatter';
import { rankCorrelation } from '../../learning/statistics';
import type { Registry } from '../../registry/registry';
import { byMethod, readEvaluations } from './evaluations';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'latent-distance' }>;

/**
 * A measure on held-out expert episodes against the return in the true environment, a point an agent: which one predicts
 * the other (the paper's Figure 2). Throws StudioError where no agent has the measure.
 */
export function latentDistanceFigure(registry: Registry, request: Request): Figure {
  const { measure, runIds } = request;
  const { environment, agents, references } = readEvaluations(registry, runIds);
  const measured = agents.filter((agent) => agent[measure] !== undefined);
  const { title: xTitle } = describeMetric(`validation/${measure}`);
  if (measured.length === 0) {
    throw new StudioError(
      `${xTitle} was not measured in these evaluations: choose evaluations of agents with held-out expert episodes.`,
    );
  }
  const correlation = rankCorrelation(measured.map((agent) => [agent[measure]!, agent.mean]));
  const count = `${measured.length} ${measured.length === 1 ? 'agent' : 'agents'} in ${environment}`;
  return scatterFigure({
    title: request.title ?? `${describeMetric(measure).title} against return`,
    // Two points are always in one order or the other.
    subtitle: measured.length > 2 ? `${count} · Spearman’s ρ = ${signed(correlation)}` : count,
    xTitle,
    yTitle: 'Return',
    series: byMethod(measured).map(({ label, colour, agents: group }) => ({
      label,
      colour,
      points: group.map((agent) => ({
        name: agent.runId,
        x: agent[measure]!,
        y: agent.mean,
        error: agent.standardError,
      })),
    })),
    references,
    size: decideSize(request),
    origin: figureOrigin(registry, [...runIds, ...measured.map(({ runId }) => runId)], request),
  });
}

const signed = (value: number): string =>
  Number.isNaN(value) ? 'not defined' : value.toFixed(2).replace('-', '−');
