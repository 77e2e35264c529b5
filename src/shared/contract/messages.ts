import { z } from 'zod';

/** What goes over a channel between the one who asks and the one who answers. */

export const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ask'), id: z.int(), path: z.string().max(100), input: z.unknown() }),
  /** Ends a stream, or takes back a call whose answer nobody waits for any more. */
  z.strictObject({ type: z.literal('cancel'), id: z.int() }),
]);
export type Request = z.infer<typeof requestSchema>;

export type Response =
  /** The answer of a call, or one of a stream's. */
  | { type: 'value'; id: number; value: unknown }
  /** A stream has ended by itself. */
  | { type: 'end'; id: number }
  /** `expected`: the message is meant for a person (a StudioError); otherwise it is a defect of the program. */
  | { type: 'error'; id: number; message: string; expected: boolean };
