import { describeError } from '../../shared/errors';
import type { WorkProgress } from '../../shared/dataset-views';

/** Long work of the studio that a page waits for: its progress, its error, and a way to call it off. */
export class Work {
  busy = $state(false);
  error = $state<string>();
  /** 0 to 1, or nothing known yet. */
  share = $state<number>();
  /** What it is at, if it says so. */
  note = $state<string>();
  #controller: AbortController | undefined;

  /** The result, or undefined where it failed or was called off. */
  async run<Result>(
    start: (signal: AbortSignal) => AsyncIterable<WorkProgress<Result>>,
  ): Promise<Result | undefined> {
    if (this.busy) return undefined;
    const controller = new AbortController();
    this.#controller = controller;
    this.busy = true;
    this.error = undefined;
    this.share = undefined;
    this.note = undefined;
    try {
      for await (const progress of start(controller.signal)) {
        if (progress.type === 'done') return progress.result;
        if (progress.type === 'note') this.note = progress.text;
        else this.share = progress.done / progress.total;
      }
    } catch (error) {
      if (!controller.signal.aborted) this.error = describeError(error);
    } finally {
      this.busy = false;
    }
    return undefined;
  }

  cancel(): void {
    this.#controller?.abort();
  }
}
