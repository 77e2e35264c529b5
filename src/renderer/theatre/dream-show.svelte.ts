import type { DreamRequest } from '../../shared/dreams';
import { describeError } from '../../shared/errors';
import { studio } from '../connection/connection.svelte';
import { Take } from './take.svelte';

/** Dreams that are asked for whenever the request changes. To be made while a component is set up. */
export class DreamShow {
  takes = $state.raw<readonly Take[]>([]);
  /** 0 to 1 while dreaming. */
  progress = $state<number>();
  error = $state<string>();
  /** To dream once more after an error. */
  #attempt = $state(0);

  /** @param titleOf names the dreams */
  constructor(request: () => DreamRequest, titleOf: (index: number) => string) {
    $effect(() => {
      const asked = request();
      void this.#attempt;
      const controller = new AbortController();
      void this.#dream(asked, titleOf, controller.signal);
      return () => controller.abort();
    });
  }

  retry(): void {
    this.#attempt++;
  }

  async #dream(
    request: DreamRequest,
    titleOf: (index: number) => string,
    signal: AbortSignal,
  ): Promise<void> {
    this.error = undefined;
    this.takes = [];
    if (request.dreams.length === 0) {
      this.progress = undefined;
      return;
    }
    this.progress = 0;
    try {
      for await (const told of studio().theatre.dream(request, signal)) {
        if (signal.aborted) return;
        if (told.type === 'progress') this.progress = told.done / told.total;
        else if (told.type === 'done') {
          this.takes = told.result.map((dream, index) => {
            const { agent, worldModel, seed } = request.dreams[index]!;
            return Take.of(dream, {
              title: titleOf(index),
              colour: index,
              dreamer: { agent, worldModel, seed },
            });
          });
        }
      }
    } catch (error) {
      if (!signal.aborted) this.error = describeError(error);
    }
    if (!signal.aborted) this.progress = undefined;
  }
}
