import { z } from 'zod';

/** What the summary of an evaluation run says of one policy or agent. */
const resultSchema = z.object({
  name: z.string(),
  runId: z.string().optional(),
  mean: z.number(),
  standardError: z.number(),
  episodes: z.number(),
  returns: z.array(z.number()),
  latentDistance: z.number().optional(),
  actionAccuracy: z.number().optional(),
});
export type EvaluationResult = z.output<typeof resultSchema>;

const summarySchema = z.object({ results: z.array(resultSchema) });

/** Results by the id of the policy or of the agent's run. */
export function readEvaluation(summary: unknown): Map<string, EvaluationResult> {
  return new Map(summarySchema.parse(summary).results.map((result) => [result.runId ?? result.name, result]));
}
