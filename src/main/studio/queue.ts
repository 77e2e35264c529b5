import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { queueItemSchema, type QueueItem, type QueueState } from '../../shared/contract/queue';
import { describeError, StudioError } from '../../shared/errors';
import { readJson, writeJson } from '../trainer/files';

const queueSchema = z.strictObject({
  /** What was at work when this was written: after a start it is the first that waits. */
  current: queueItemSchema.nullable(),
  waiting: z.array(queueItemSchema),
  held: z.strictObject({ reason: z.string() }).nullable(),
});

/** One piece of work that the queue has started. */
export interface Work {
  /** Resolves when it has ended, in whatever way; never rejects. */
  readonly done: Promise<void>;
  /** Asks for a checkpoint and the end. */
  pause(): void;
  stop(): void;
}

export interface QueueOptions {
  /** The studio's home: the queue is in its `queue.json`, so that it survives a restart. */
  readonly home: string;
  readonly start: (item: QueueItem) => Promise<Work>;
  readonly onChange: (state: QueueState) => void;
  /** A sentence for a person about something that went wrong beside any call. */
  readonly onProblem: (text: string) => void;
}

/** Work one after another, as each of it takes the whole machine. */
export class JobQueue {
  readonly #file: string;
  readonly #options: QueueOptions;
  #waiting: QueueItem[] = [];
  #held: QueueState['held'] = null;
  #current: { item: QueueItem; work: Work | undefined } | undefined;
  #closing = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#file = join(options.home, 'queue.json');
    if (existsSync(this.#file)) this.#read();
  }

  #read(): void {
    try {
      const { current, waiting, held } = readJson(this.#file, queueSchema);
      this.#waiting = current ? [current, ...waiting] : waiting;
      this.#held = current
        ? { reason: 'The studio was closed, or died, while something was running.' }
        : held;
    } catch (error) {
      this.#options.onProblem(`The queue is lost, no run is. ${describeError(error)}`);
    }
  }

  get state(): QueueState {
    return { current: this.#current?.item ?? null, waiting: [...this.#waiting], held: this.#held };
  }

  /** Starts the first that waits, unless something runs or the queue is held. */
  next(): void {
    if (this.#current || this.#held || this.#closing) return;
    const item = this.#waiting.shift();
    if (!item) return;
    this.#current = { item, work: undefined };
    this.#changed();
    void this.#run(item);
  }

  add(item: QueueItem, options: { first?: boolean } = {}): void {
    if (this.#has(item.id)) throw new StudioError(`${item.id} is in the queue already: wait for its turn.`);
    if (options.first === true) this.#waiting.unshift(item);
    else this.#waiting.push(item);
    this.#changed();
    this.next();
  }

  move(id: string, to: number): void {
    const item = this.#take(id);
    this.#waiting.splice(Math.min(to, this.#waiting.length), 0, item);
    this.#changed();
  }

  remove(id: string): void {
    this.#take(id);
    this.#changed();
  }

  hold(reason: string): void {
    this.#held = { reason };
    this.#changed();
  }

  release(): void {
    this.#held = null;
    this.#changed();
    this.next();
  }

  /** The work at hand, if it is this one. */
  running(id: string): Work | undefined {
    return this.#current?.item.id === id ? this.#current.work : undefined;
  }

  /** Pauses what runs and starts nothing more; what waits, and what ran, is there again after the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    const work = this.#current?.work;
    work?.pause();
    await work?.done;
  }

  async #run(item: QueueItem): Promise<void> {
    try {
      const work = await this.#options.start(item);
      this.#current = { item, work };
      if (this.#closing) work.pause();
      await work.done;
    } catch (error) {
      this.#options.onProblem(`${item.id} could not be started. ${describeError(error)}`);
    } finally {
      this.#current = undefined;
      if (!this.#closing) {
        this.#changed();
        this.next();
      }
    }
  }

  #has(id: string): boolean {
    return this.#current?.item.id === id || this.#waiting.some((item) => item.id === id);
  }

  #take(id: string): QueueItem {
    const index = this.#waiting.findIndex((item) => item.id === id);
    if (index < 0) throw new StudioError(`${id} does not wait in the queue: it may have started or ended.`);
    return this.#waiting.splice(index, 1)[0]!;
  }

  #changed(): void {
    try {
      writeJson(this.#file, this.state);
    } catch (error) {
      // It goes on in memory; a full disk must not stop what runs.
      this.#options.onProblem(`The queue could not be written down. ${describeError(error)}`);
    }
    this.#options.onChange(this.state);
  }
}
