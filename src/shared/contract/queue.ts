import { z } from 'zod';
import { call } from './procedure';

export const queueItemSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run'), id: z.string() }),
  z.strictObject({ type: z.literal('demo'), id: z.string() }),
  z.strictObject({ type: z.literal('experiment'), id: z.string() }),
]);
/** A piece of work: a run, or a demo or an experiment, which make several runs. */
export type QueueItem = z.infer<typeof queueItemSchema>;

export interface QueueState {
  /** What runs now. */
  readonly current: QueueItem | null;
  /** What follows, in this order. */
  readonly waiting: readonly QueueItem[];
  /** Nothing new is started; `reason` is a sentence for a person. */
  readonly held: { readonly reason: string } | null;
}

const item = z.strictObject({ id: z.string().max(200) });

export const queueContract = {
  get: call(z.strictObject({})).returns<QueueState>(),
  /** Moves an item to a place among those that wait, counted from 0. */
  move: call(z.strictObject({ id: z.string().max(200), to: z.int().nonnegative() })).returns<QueueState>(),
  /** Takes an item out; its run stays, paused. */
  remove: call(item).returns<QueueState>(),
  /** Finishes what runs and starts nothing more until released. */
  hold: call(z.strictObject({})).returns<QueueState>(),
  release: call(z.strictObject({})).returns<QueueState>(),
};
