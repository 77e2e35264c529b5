import { describeError } from '../../shared/errors';
import { studio } from '../connection/connection.svelte';
import { toasts } from '../shell/toasts.svelte';

/** The self-benchmark of one engine at a time. */
export class Measurement {
  /** Id of the engine that is being measured; undefined when none is. */
  engine = $state<string>();
  phase = $state('');
  /** 0 to 1. */
  share = $state(0);
  readonly #onDone: () => void;
  #controller: AbortController | undefined;

  constructor(onDone: () => void) {
    this.#onDone = onDone;
  }

  async run(engine: string): Promise<void> {
    if (this.engine !== undefined) return;
    [this.engine, this.phase, this.share] = [engine, 'Starting', 0];
    this.#controller = new AbortController();
    try {
      for await (const progress of studio().hardware.benchmark({ engine }, this.#controller.signal)) {
        if (progress.type === 'progress') [this.phase, this.share] = [progress.phase, progress.share];
        else this.#onDone();
      }
    } catch (error) {
      if (!this.#controller.signal.aborted) toasts.add('error', describeError(error));
    } finally {
      this.engine = undefined;
    }
  }

  cancel(): void {
    this.#controller?.abort();
  }
}
