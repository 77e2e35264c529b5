import { join } from 'node:path';
import { writeFileAtomically } from './files';

/** What a training loop does beside each other; each has a row of its own in a trace. */
export const timelineRows = [
  'inputs',
  'step',
  'metrics',
  'validation',
  'illustration',
  'snapshot',
  'checkpoint',
] as const;
export type TimelineRow = (typeof timelineRows)[number];

/** One event of the Trace Event Format, which Perfetto and Chromium's about:tracing show; times in microseconds. */
export interface TraceEvent {
  name: TimelineRow;
  ph: 'X';
  ts: number;
  dur: number;
  pid: number;
  tid: number;
}

export const traceFile = (runFolder: string): string => join(runFolder, 'trace.json');

/** When each part of a training began and ended. Kept where the environment says `DITTO_TRACE=1`, else it costs nothing. */
export class Timeline {
  readonly #events: TraceEvent[] | undefined = process.env['DITTO_TRACE'] === '1' ? [] : undefined;

  /** Does the work, and remembers how long it took until its promise was fulfilled. */
  async span<Result>(row: TimelineRow, work: () => Result | Promise<Result>): Promise<Result> {
    const begin = performance.now();
    const result = await work();
    this.#events?.push({
      name: row,
      ph: 'X',
      ts: 1000 * begin,
      dur: 1000 * (performance.now() - begin),
      pid: process.pid,
      tid: timelineRows.indexOf(row),
    });
    return result;
  }

  write(runFolder: string): void {
    if (!this.#events) return;
    const content = JSON.stringify({ traceEvents: this.#events, displayTimeUnit: 'ms' });
    writeFileAtomically(traceFile(runFolder), [Buffer.from(content, 'utf8')]);
  }
}
