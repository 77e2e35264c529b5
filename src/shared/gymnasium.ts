import { z } from 'zod';

const text = z.string().min(1).max(200);

/** Of Python and of the packages that matter, e.g. `{ python: '3.11.7', gymnasium: '1.4.0', 'ale-py': '0.12.1' }`. */
export const gymnasiumVersionsSchema = z.record(text, text);
export type GymnasiumVersions = z.infer<typeof gymnasiumVersionsSchema>;

/** Gymnasium's id, e.g. `BreakoutNoFrameskip-v4`; `package:Id` has it import the package that registers it. */
export const gymnasiumIdSchema = z
  .string()
  .regex(/^[\w.:/-]{1,200}$/, 'An id consists of letters, digits and any of - _ . : /.');

/** Grey or colour. */
const channels = z.union([z.literal(1), z.literal(3)]);
const maximumSteps = z.int().min(1).max(1_000_000);

/** What a person may decide of an environment of Gymnasium; null leaves it to the environment. */
export const gymnasiumRequestSchema = z.strictObject({
  id: gymnasiumIdSchema,
  channels: channels.nullable(),
  /** At which an episode is cut. */
  maximumSteps: maximumSteps.nullable(),
});
export type GymnasiumRequest = z.infer<typeof gymnasiumRequestSchema>;

/** What decides how an environment of Gymnasium plays: part of the configuration of runs that play in it. */
export const gymnasiumSettingsSchema = z.strictObject({
  channels,
  maximumSteps,
  versions: gymnasiumVersionsSchema,
});
export type GymnasiumSettings = z.infer<typeof gymnasiumSettingsSchema>;

/** What the Python side says of an environment. */
export const gymnasiumSpaceSchema = z.object({
  channels,
  maximumSteps,
  actionKind: z.enum(['discrete', 'continuous']),
  /** One name per discrete action, or per component of a continuous one. */
  actions: z.array(text).min(1).max(4096),
});
export type GymnasiumSpace = z.infer<typeof gymnasiumSpaceSchema>;

/** Whether environments of Gymnasium can be played here. */
export interface GymnasiumStatus {
  /** The Python that plays them; null where there is none. */
  readonly python: string | null;
  /** Whether the studio installed it itself, with the packages it needs. */
  readonly isOwn: boolean;
  /** Null where it can play. */
  readonly reason: string | null;
  readonly versions: GymnasiumVersions;
  /** Of all environments that are registered there. */
  readonly ids: readonly string[];
}
