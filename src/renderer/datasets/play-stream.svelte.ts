import { describeError } from '../../shared/errors';
import type { PlayFrame } from '../../shared/dataset-views';

const measuredFrames = 75;

/** Frames that are played live in the studio process, and how steadily they arrive at this page. */
export class PlayStream {
  frame = $state.raw<PlayFrame>();
  error = $state<string>();
  /** Standard deviation of the time between two arrivals while playing, in milliseconds. */
  arrivalJitter = $state(0);
  #controller: AbortController | undefined;

  async run(open: (signal: AbortSignal) => AsyncIterable<PlayFrame>): Promise<void> {
    this.stop();
    const controller = new AbortController();
    this.#controller = controller;
    this.error = undefined;
    const intervals: number[] = [];
    let last: number | undefined;
    try {
      for await (const frame of open(controller.signal)) {
        if (controller.signal.aborted) return;
        const now = performance.now();
        // A wait for a person is no unsteadiness.
        if (last !== undefined && frame.state !== 'ready' && frame.step > 1) intervals.push(now - last);
        if (intervals.length > measuredFrames) intervals.shift();
        last = now;
        this.frame = frame;
        this.arrivalJitter = deviation(intervals);
      }
    } catch (error) {
      if (!controller.signal.aborted) this.error = describeError(error);
    }
  }

  stop(): void {
    this.#controller?.abort();
    this.frame = undefined;
  }
}

function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
