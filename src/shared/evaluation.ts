import { z } from 'zod';
import { agentMethods } from './configuration/agent';

/** What is measured of an agent on held-out expert episodes: accuracy of discrete actions, error of continuous ones. */
export const heldOutMeasureNames = ['latentDistance', 'actionAccuracy', 'actionError'] as const;
export type HeldOutMeasureName = (typeof heldOutMeasureNames)[number];

const heldOutMeasures = {
  latentDistance: z.number().optional(),
  actionAccuracy: z.number().optional(),
  actionError: z.number().optional(),
} satisfies Record<HeldOutMeasureName, z.ZodType>;

/** Episodes that an evaluation plays, at most: agents may have fewer checkpoints than gradient steps are asked for. */
export const evaluationSteps = (
  { episodes, gradientSteps }: { episodes: number; gradientSteps: number },
  policies: number,
  agents: number,
): number => episodes * (policies + agents * gradientSteps);

/** How an agent's policy did at one gradient step. */
const policyAtStepSchema = z.object({
  step: z.number(),
  mean: z.number(),
  standardError: z.number(),
  returns: z.array(z.number()),
  ...heldOutMeasures,
});

/** How one policy or agent did on all episodes of an evaluation. */
const evaluationResultSchema = z.object({
  name: z.string(),
  /** An agent has both. */
  runId: z.string().optional(),
  method: z.enum(agentMethods).optional(),
  /** Over all simulations, of all gradient steps. */
  mean: z.number(),
  standardError: z.number(),
  /** Of the gradient steps' means; only an agent that played at several has it. */
  standardErrorOfSteps: z.number().optional(),
  /** Of all simulations, with a 95 % bootstrap interval that is stratified by gradient step (Agarwal et al. 2021). */
  interquartileMean: z.object({ estimate: z.number(), lower: z.number(), upper: z.number() }).optional(),
  /** Simulations of each gradient step. */
  episodes: z.number(),
  /** Of all simulations. */
  returns: z.array(z.number()),
  /** Of an agent, oldest first. */
  gradientSteps: z.array(policyAtStepSchema).optional(),
  /** Of held-out expert episodes, the mean over gradient steps. */
  ...heldOutMeasures,
});
export type EvaluationResult = z.output<typeof evaluationResultSchema>;
export type PolicyAtStepResult = z.output<typeof policyAtStepSchema>;

/** The stickiness in percent of all recordings, or null where they differ. */
export function stickyPercentOf(recordings: readonly { stickiness?: number | undefined }[]): number | null {
  const [first = 0, ...others] = new Set(
    recordings.map(({ stickiness = 0 }) => Math.round(100 * stickiness)),
  );
  return others.length === 0 ? first : null;
}

/** What agents play with unless told otherwise: the stickiness of the data that all of them learned from; 0 where it differs. */
export function stickyPercentToPlayWith(learned: readonly (number | null)[]): number {
  const [first = 0, ...others] = new Set(learned);
  return others.length === 0 ? (first ?? 0) : 0;
}

/** The summary of an evaluation run. */
export const evaluationSummarySchema = z.object({ results: z.array(evaluationResultSchema) });
