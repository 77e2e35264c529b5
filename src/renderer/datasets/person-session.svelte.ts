import type { PlayFrame } from '../../shared/dataset-views';
import type { DiscreteSpecification } from '../../shared/environment';
import { describeError } from '../../shared/errors';
import type { DatasetRecord } from '../../shared/runs';
import { studio } from '../connection/connection.svelte';
import { HeldKeys } from './held-keys';
import { PlayStream } from './play-stream.svelte';

/** A person at the keyboard of an environment that the studio process steps; see PlaySession there. */
export class PersonSession {
  kept = $state(0);
  discarded = $state(0);
  busy = $state(false);
  /** The action whose key is held. */
  action = $state<number | null>(null);
  #problem = $state<string>();
  readonly #play = new PlayStream();
  readonly #keys: HeldKeys;
  readonly #environment: string;
  #session = '';

  constructor({ id, keyboard }: DiscreteSpecification) {
    this.#environment = id;
    this.#keys = new HeldKeys(keyboard);
  }

  get frame(): PlayFrame | undefined {
    return this.#play.frame;
  }

  get error(): string | undefined {
    return this.#play.error ?? this.#problem;
  }

  get arrivalJitter(): number {
    return this.#play.arrivalJitter;
  }

  open(seed: number): void {
    const session = crypto.randomUUID();
    this.#session = session;
    const request = { session, environment: this.#environment, seed };
    void this.#play.run((signal) => studio().play.session(request, signal));
  }

  close(): void {
    this.#play.stop();
  }

  /** Whether the key means anything here. The first one of an episode starts it. */
  press(code: string): boolean {
    if (!this.#keys.press(code)) return false;
    if (this.frame?.state === 'ready') void this.start();
    this.#tellAction();
    return true;
  }

  release(code: string): void {
    if (this.#keys.release(code)) this.#tellAction();
  }

  releaseAll(): void {
    this.#keys.releaseAll();
    this.#tellAction();
  }

  readonly start = (): Promise<unknown> => this.#ask(studio().play.start({ session: this.#session }));

  readonly stop = (): Promise<unknown> => this.#ask(studio().play.stop({ session: this.#session }));

  async keep(target: { id: string } | { name: string }): Promise<DatasetRecord | undefined> {
    const record = await this.#ask(studio().play.keep({ session: this.#session, target }));
    if (record) this.kept++;
    return record;
  }

  async discard(): Promise<void> {
    await this.#ask(studio().play.discard({ session: this.#session }));
    this.discarded++;
  }

  #tellAction(): void {
    const { action } = this.#keys;
    if (action === this.action) return;
    this.action = action;
    if (this.frame) void this.#ask(studio().play.hold({ session: this.#session, action }), { quietly: true });
  }

  async #ask<Answer>(answer: Promise<Answer>, { quietly = false } = {}): Promise<Answer | undefined> {
    if (!quietly) this.busy = true;
    try {
      const value = await answer;
      this.#problem = undefined;
      return value;
    } catch (error) {
      this.#problem = describeError(error);
      return undefined;
    } finally {
      if (!quietly) this.busy = false;
    }
  }
}
