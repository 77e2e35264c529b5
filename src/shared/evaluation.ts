import { z } from 'zod';
import { agentMethods } from './configuration/agent';

/** How one policy or agent did on all episodes of an evaluation. */
const evaluationResultSchema = z.object({
  name: z.string(),
  /** An agent has both. */
  runId: z.string().optional(),
  method: z.enum(agentMethods).optional(),
  mean: z.number(),
  standardError: z.number(),
  episodes: z.number(),
  returns: z.array(z.number()),
  latentDistance: z.number().optional(),
  actionAccuracy: z.number().optional(),
});
export type EvaluationResult = z.output<typeof evaluationResultSchema>;

/** The summary of an evaluation run. */
export const evaluationSummarySchema = z.object({ results: z.array(evaluationResultSchema) });
