import { z } from 'zod';
import type { Action, Actions } from './actions';
import { datasetIdSchema, runIdSchema } from './runs';

const step = z.int().nonnegative();

/** Dreams that are made, and shown, together. */
export const maximumDreams = 8;

/** Who dreams, inside which world model, with which luck. */
export const dreamerSchema = z.strictObject({
  /** Run of the agent that acts; null for the expert's own actions, the open loop. */
  agent: runIdSchema.nullable(),
  /** Run of the world model; needed without an agent and for one that sees pixels, the other agents bring their own. */
  worldModel: runIdSchema.nullable(),
  /** Of the samples of the prior and of the policy's actions. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});
export type DreamerChoice = z.infer<typeof dreamerSchema>;

/** Where a dream lies beside its expert episode. Steps are environment steps, counted from the episode's start. */
const alignmentSchema = z.strictObject({
  /** The first imagined step; the model has seen frames up to the one before. */
  start: z.int().min(1),
  /** How many of them: steps `start - context` to `start - 1` are read by the posterior. */
  context: z.int().min(1),
  /** Imagined steps. */
  steps: z.int().min(0).max(500),
});
export type DreamAlignment = z.infer<typeof alignmentSchema>;

/** An episode of a dataset. */
export const expertSchema = z.strictObject({ dataset: datasetIdSchema, episode: z.int().nonnegative() });
export type ExpertChoice = z.infer<typeof expertSchema>;

export const dreamRequestSchema = z.strictObject({
  expert: expertSchema,
  dreams: z
    .array(z.strictObject({ ...dreamerSchema.shape, ...alignmentSchema.shape }))
    .min(1)
    .max(maximumDreams),
});
export type DreamRequest = z.infer<typeof dreamRequestSchema>;
export type DreamChoice = DreamRequest['dreams'][number];

/** A run and the checkpoint that was taken of it. */
export interface UsedModel {
  readonly runId: string;
  readonly checkpointStep: number;
}

/** One dream. Row i belongs to environment step `first + i`. */
export interface Dream {
  /** Step of the first row: where the context begins. */
  readonly first: number;
  /** Rows that were read by the posterior; the rest is imagined. */
  readonly context: number;
  /** `[context + steps, height, width, channels]`, as the world model paints them */
  readonly frames: Uint8Array;
  /**
   * `[context + steps]`, or with components last: action taken after each row, the expert's within the context, the
   * dreamer's after; -1 or NaN at the end.
   */
  readonly actions: Actions;
  /**
   * `[context + steps]` L_d = 1 - r of the paper's eq. 8, from the expert's latent of the same step, which the posterior
   * made of the whole episode up to there. NaN where the expert's episode has ended.
   */
  readonly latentDistance: Float32Array;
  /** `[context + steps, h + z]`: a dream can be taken over at any row. */
  readonly latents: Float32Array;
  readonly worldModel: UsedModel;
  readonly agent: UsedModel | null;
}

/** The next step of a dream that goes on from given latents. */
export const dreamStepRequestSchema = z.strictObject({
  expert: expertSchema,
  dreamer: dreamerSchema,
  /** Environment step of the latents. */
  step,
  latents: z.custom<Float32Array>((value) => value instanceof Float32Array),
  /** What a person does, where actions are discrete; null leaves it to the agent, or to the expert. */
  action: z.int().nonnegative().nullable(),
});
export type DreamStepRequest = z.infer<typeof dreamStepRequestSchema>;

export interface DreamStep {
  /** Environment step of what follows. */
  readonly step: number;
  /** That led here. */
  readonly action: Action;
  readonly latents: Float32Array;
  /** `[height, width, channels]` */
  readonly frame: Uint8Array;
  /** NaN where the expert's episode has ended. */
  readonly latentDistance: number;
}
