import { z } from 'zod';
import { agentMethods } from '../configuration/agent';
import { datasetIdSchema, runIdSchema, type RunDescription } from '../runs';
import { call } from './procedure';

/** By the names of a configuration schema's fields: what differs from the preset, or from the defaults without one. */
const settings = z.record(z.string().max(100), z.union([z.string().max(200), z.number(), z.boolean()]));
const name = z.string().max(200);
const common = {
  preset: z.string().max(100),
  settings,
  /** `auto` or an engine's id. */
  engine: z.string().max(100),
};

const trainingRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('world-model'), dataset: datasetIdSchema, ...common }),
  z.strictObject({
    kind: z.literal('agent'),
    method: z.enum(agentMethods),
    /** With the expert's episodes. */
    dataset: datasetIdSchema,
    /** That methods which see latents learn in. */
    worldModel: runIdSchema.optional(),
    ...common,
  }),
]);
/** A training as a form asks for it. */
export type TrainingRequest = z.input<typeof trainingRequestSchema>;

/** What a training would take, before it starts. */
export interface TrainingEstimate {
  /** Numbers that are learned. */
  readonly parameters: number;
  readonly steps: number;
  /** Floating-point operations of one step. */
  readonly stepOperations: number;
  /** Most memory of the trainer's process, about. */
  readonly memoryBytes: number;
  /** Of the machine. */
  readonly memoryTotalBytes: number;
  /** Of all its checkpoints, at most. */
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
  /** Null where nothing has been measured yet. */
  readonly time: TimeEstimate | null;
}

export interface TimeEstimate {
  readonly stepMilliseconds: number;
  readonly totalSeconds: number;
  /** What it rests on, as a sentence. */
  readonly basis: string;
}

export const trainingContract = {
  /** Refused, with the reason, where the training could not run. */
  estimate: call(trainingRequestSchema).returns<TrainingEstimate>(),
  /** Queues one run for each seed; none of them if one could not run. */
  start: call(
    z.strictObject({
      training: trainingRequestSchema,
      /** Of the runs; with several seeds each gets its seed after it. One is made up if left out. */
      name: name.optional(),
      seeds: z.array(z.int().nonnegative()).min(1).max(100),
    }),
  ).returns<RunDescription[]>(),
  /** Queues an evaluation of built-in policies and trained agents in the true environment. */
  evaluate: call(
    z.strictObject({
      environment: z.string().max(200).optional(),
      policies: z.array(z.string().max(200)).max(50),
      /** Ids of agent runs. */
      agents: z.array(runIdSchema).max(200),
      /** Held-out expert episodes and the world model to measure latent distance and accuracy with: both or none. */
      dataset: datasetIdSchema.optional(),
      worldModel: runIdSchema.optional(),
      settings,
      name: name.optional(),
      engine: z.string().max(100),
    }),
  ).returns<RunDescription>(),
};
