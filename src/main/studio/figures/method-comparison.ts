import { StudioError } from '../../../shared/errors';
import { decideSize, type FigureRequest } from '../../../shared/figures';
import type { Figure } from '../../figures/figure';
import { methodComparison, type MethodResult } from '../../figures/method-comparison';
import { meanAndStandardError } from '../../learning/statistics';
import type { Registry } from '../../registry/registry';
import { byMethod, readEvaluations, type AgentResult } from './evaluations';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'method-comparison' }>;

/**
 * Mean return of each method: over its agents where several were evaluated, else over its one agent's episodes; ± one
 * standard error. Throws StudioError where no agent was evaluated.
 */
export function methodComparisonFigure(registry: Registry, request: Request): Figure {
  const { environment, agents, references } = readEvaluations(registry, request.runIds);
  const methods = byMethod(agents).map(({ label, colour, agents: group }) => ({
    ...{ label, colour },
    ...summarize(group),
  }));
  if (methods.length === 0) {
    throw new StudioError('These evaluations are of built-in policies alone: choose one that has agents.');
  }
  return methodComparison({
    title: request.title ?? `Return in ${environment}`,
    subtitle: `Mean ± 1 standard error over ${[...new Set(methods.map(({ over }) => over))].join(', ')}`,
    ...{ marks: request.marks, methods, references, size: decideSize(request) },
    origin: figureOrigin(registry, [...request.runIds, ...agents.map(({ runId }) => runId)], request),
  });
}

function summarize(agents: readonly AgentResult[]): Omit<MethodResult, 'label' | 'colour'> {
  const [only, ...others] = agents;
  if (only && others.length === 0) {
    const { mean, standardError, episodes } = only;
    return { mean, standardError, over: `${episodes} episodes of 1 agent`, agents: [] };
  }
  const means = agents.map(({ mean }) => mean);
  return { ...meanAndStandardError(means), over: `${agents.length} agents`, agents: means };
}
