import type { Pace } from '../../../shared/dataset-views';

/** Seconds that the measured pace looks back. */
const measuredSeconds = 5;

/**
 * A steady beat. Each beat is planned from the first one, so that being late once delays no later beat; what is later
 * than a whole beat is left out rather than caught up with in a rush.
 */
export class Beat {
  readonly #period: number;
  readonly #capacity: number;
  #planned: number | undefined;
  #last: number | undefined;
  readonly #intervals: number[] = [];
  #missed = 0;

  constructor(perSecond: number) {
    this.#period = 1000 / perSecond;
    this.#capacity = Math.ceil(perSecond * measuredSeconds);
  }

  /** Waits for the next beat; returns early when aborted. */
  async next(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#planned = (this.#planned ?? now) + this.#period;
    const late = Math.floor((now - this.#planned) / this.#period);
    if (late > 0) {
      this.#missed += late;
      this.#planned += late * this.#period;
    }
    await waitUntil(this.#planned, signal);
    const beat = performance.now();
    if (this.#last !== undefined) this.#intervals.push(beat - this.#last);
    if (this.#intervals.length > this.#capacity) this.#intervals.shift();
    this.#last = beat;
  }

  /** After a pause, whose length is no unsteadiness. */
  restart(): void {
    this.#planned = undefined;
    this.#last = undefined;
    this.#intervals.length = 0;
  }

  get pace(): Pace {
    const intervals = this.#intervals;
    const count = intervals.length;
    if (count === 0)
      return { perSecond: 0, jitterMilliseconds: 0, longestMilliseconds: 0, missed: this.#missed };
    const mean = intervals.reduce((sum, interval) => sum + interval, 0) / count;
    const variance = intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0) / count;
    return {
      perSecond: 1000 / mean,
      jitterMilliseconds: Math.sqrt(variance),
      longestMilliseconds: Math.max(...intervals),
      missed: this.#missed,
    };
  }
}

function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(0, time - performance.now()));
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}
