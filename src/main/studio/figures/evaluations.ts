import { methodTitles, type AgentMethod } from '../../../shared/configuration/agent';
import { evaluationSummarySchema, type EvaluationResult } from '../../../shared/evaluation';
import { StudioError } from '../../../shared/errors';
import { methodColours } from '../../../shared/palette';
import { environmentSpecifications } from '../../environments';
import type { ReferenceLine } from '../../figures/reference-lines';
import { roleColours } from '../../figures/palette';
import type { Registry } from '../../registry/registry';

/** An agent as its newest evaluation found it. */
export interface AgentResult extends EvaluationResult {
  readonly runId: string;
  readonly method: AgentMethod;
}

/** What some evaluations of one environment found. */
export interface Evaluations {
  /** e.g. `Pursuit` */
  readonly environment: string;
  readonly agents: readonly AgentResult[];
  /** The expert, and random actions, as far as they were evaluated. */
  readonly references: readonly ReferenceLine[];
}

/** Throws StudioError for runs that are no finished evaluations, or not of one environment. */
export function readEvaluations(registry: Registry, runIds: readonly string[]): Evaluations {
  const runs = runIds.map((runId) => registry.getRun(runId)).sort((a, b) => (a.created < b.created ? -1 : 1));
  const environments = new Set<unknown>();
  const newest = new Map<string, EvaluationResult>();
  for (const { id, kind, configuration, state } of runs) {
    const summary = evaluationSummarySchema.safeParse(state.summary);
    if (kind !== 'evaluation' || !summary.success) {
      throw new StudioError(`Run ${id} is not a finished evaluation: choose evaluations that are finished.`);
    }
    environments.add(configuration['environment']);
    for (const result of summary.data.results) newest.set(result.runId ?? result.name, result);
  }
  const [environment, another] = [...environments].map(String);
  if (environment === undefined || another !== undefined) {
    throw new StudioError(
      `Returns of ${[...environments].map(String).join(' and ')} cannot be compared: choose evaluations of one environment.`,
    );
  }
  const results = [...newest.values()];
  const reference = (name: 'expert' | 'random', label: string): ReferenceLine[] => {
    const found = results.find((result) => result.runId === undefined && result.name === name);
    return found ? [{ label, value: found.mean, colour: roleColours[name] }] : [];
  };
  return {
    environment: environmentTitle(environment),
    agents: results.filter(isAgent),
    references: [...reference('expert', 'Expert'), ...reference('random', 'Random')],
  };
}

/** e.g. `Pursuit`; of one that is not built in, its id. */
export const environmentTitle = (id: string): string =>
  environmentSpecifications.find((specification) => specification.id === id)?.title ?? id;

const isAgent = (result: EvaluationResult): result is AgentResult =>
  result.runId !== undefined && result.method !== undefined;

/** Of methods, in the order in which they are always named. */
export function byMethod(
  agents: readonly AgentResult[],
): { label: string; colour: string; agents: readonly AgentResult[] }[] {
  return (Object.keys(methodTitles) as AgentMethod[])
    .map((method) => ({
      label: methodTitles[method],
      colour: methodColours[method],
      agents: agents.filter((agent) => agent.method === method),
    }))
    .filter((group) => group.agents.length > 0);
}
