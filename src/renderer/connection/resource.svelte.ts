import { describeError } from '../../shared/errors';
import type { StudioEvent } from '../../shared/contract/studio';
import { connection } from './connection.svelte';

const pauseMilliseconds = 500;

export interface ResourceOptions {
  /** Whether to ask again after an event. */
  readonly refreshOn?: (event: StudioEvent) => boolean;
}

/**
 * Something that a component shows of the studio: asked for when the component appears (and again whenever reactive
 * values that `load` reads change), refreshed by events, at most twice a second. To be made while a component is set up.
 */
export class Resource<Value> {
  value = $state.raw<Value>();
  error = $state<string>();
  /** Nothing to show yet. */
  readonly loading = $derived(this.value === undefined && this.error === undefined);
  readonly #load: () => Promise<Value>;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(load: () => Promise<Value>, { refreshOn }: ResourceOptions = {}) {
    this.#load = load;
    $effect(() => {
      void this.reload();
    });
    $effect(() => {
      const stop = connection.listen((event) => {
        if (event.type === 'reconnected' || refreshOn?.(event)) this.#refreshSoon();
      });
      return () => {
        stop();
        clearTimeout(this.#timer);
      };
    });
  }

  async reload(): Promise<void> {
    const generation = ++this.#generation;
    this.#asked = Date.now();
    try {
      const value = await this.#load();
      if (generation !== this.#generation) return;
      this.value = value;
      this.error = undefined;
    } catch (error) {
      if (generation === this.#generation && connection.status === 'open') this.error = describeError(error);
    }
  }

  #refreshSoon(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#asked + pauseMilliseconds - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.reload();
    }, wait);
  }
}
