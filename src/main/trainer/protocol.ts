import { z } from 'zod';
import { artifactSchema } from '../../shared/runs';

/**
 * What a trainer (the child, started with its run folder as only argument) and its parent say to each other over Node's
 * IPC channel, and what the trainer's exit code means. The parent alone decides and writes the run's status.
 */
export const exitCodes = {
  /** Everything was done; a `result` message was sent before. */
  finished: 0,
  /** A StudioError: its sentence is in a `failed` message and in `error.json`. */
  failed: 2,
  /** A checkpoint was written after `pause`, `stop` or the loss of the parent; `resume` continues from it. */
  paused: 3,
  /** The engine lost its memory or device: its sentence is in a `failed` message; `resume` continues from the last checkpoint. */
  engineFailed: 4,
} as const;

const step = z.int().nonnegative();

export const trainerMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('progress'),
    /** A few words, e.g. `Training the world model`. */
    phase: z.string(),
    step,
    totalSteps: step,
    secondsLeft: z.number().nonnegative().exactOptional(),
    stepMilliseconds: z.number().nonnegative().exactOptional(),
  }),
  /** `metrics.jsonl` now has this length; the parent reads the new rows from the file. */
  z.strictObject({ type: z.literal('metrics'), flushedBytes: z.int().nonnegative() }),
  z.strictObject({ type: z.literal('checkpoint'), step }),
  /** The trainer has already added it to `artifacts.jsonl`. */
  z.strictObject({ type: z.literal('artifact'), artifact: artifactSchema }),
  /** The parent appends it to `log.txt`, where the trainer's own output goes too. */
  z.strictObject({
    type: z.literal('log'),
    level: z.enum(['information', 'warning', 'error']),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal('result'), summary: z.record(z.string(), z.json()) }),
  /** Why it ends before its time; the exit code says whether it may be resumed as it is. */
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
]);
export type TrainerMessage = z.infer<typeof trainerMessageSchema>;

export const parentMessageSchema = z.discriminatedUnion('type', [
  /** Write a checkpoint at the next step and exit with `exitCodes.paused`; the user means to go on later. */
  z.strictObject({ type: z.literal('pause') }),
  /** The same, but the user has no more use for the run now; killed if it takes too long. */
  z.strictObject({ type: z.literal('stop') }),
]);
export type ParentMessage = z.infer<typeof parentMessageSchema>;

/**
 * Sends to the parent and resolves when the message has left this process, so that `await` before `process.exit` loses
 * nothing. Without a parent (a trainer started by hand, or orphaned) it does nothing.
 */
export function sendToParent(message: TrainerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    // A send that fails means the parent is gone; the trainer learns that from its 'disconnect' event.
    else process.send(message, () => resolve());
  });
}
