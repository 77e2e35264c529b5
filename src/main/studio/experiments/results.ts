import type { ExperimentCell } from '../../../shared/experiment';
import { evaluationSummarySchema, type EvaluationResult } from '../../../shared/evaluation';
import type { Registry } from '../../registry/registry';
import type { ExperimentPlan } from './plan';

/** An agent of the grid with what its evaluation found. */
export interface CellResult {
  readonly cell: ExperimentCell;
  readonly agentRun: string;
  readonly evaluationRun: string;
  readonly worldModelRun: string;
  readonly result: EvaluationResult;
}

export interface ExperimentResults {
  /** Those that have been evaluated so far. */
  readonly cells: readonly CellResult[];
  /** Of all that there are to be. */
  readonly total: number;
  /** The expert and random actions of an environment, as far as they have been evaluated. */
  readonly references: readonly { environment: string; evaluationRun: string; results: EvaluationResult[] }[];
}

/** What an experiment has found so far. */
export function experimentResults(
  registry: Registry,
  { plan, runs }: { plan: ExperimentPlan; runs: Readonly<Record<string, string>> },
): ExperimentResults {
  const finished = new Map(
    registry.listRuns({ kind: 'evaluation', status: 'finished' }).map((run) => [run.id, run]),
  );
  const resultsOf = (key: string): EvaluationResult[] => {
    const summary = finished.get(runs[key] ?? '')?.state.summary;
    return evaluationSummarySchema.safeParse(summary).data?.results ?? [];
  };
  const cells = plan.cells.flatMap(({ agent, evaluation, worldModel, ...cell }): CellResult[] => {
    const [result] = resultsOf(evaluation);
    if (!result) return [];
    const [agentRun, evaluationRun, worldModelRun] = [runs[agent]!, runs[evaluation]!, runs[worldModel]!];
    return [{ cell, agentRun, evaluationRun, worldModelRun, result }];
  });
  const references = [...plan.references].flatMap(([environment, evaluation]) => {
    const results = resultsOf(evaluation);
    return results.length > 0 ? [{ environment, evaluationRun: runs[evaluation]!, results }] : [];
  });
  return { cells, total: plan.cells.length, references };
}
