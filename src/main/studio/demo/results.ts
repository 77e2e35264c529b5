import { evaluationSummarySchema, type EvaluationResult } from '../../../shared/evaluation';

/** Results by the id of the policy or of the agent's run. */
export function readEvaluation(summary: unknown): Map<string, EvaluationResult> {
  return new Map(
    evaluationSummarySchema.parse(summary).results.map((result) => [result.runId ?? result.name, result]),
  );
}
