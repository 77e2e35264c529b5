import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { metricRowSchema } from '../../shared/runs';
import type { MetricRow } from '../../shared/runs';
import { writeFileAtomically } from './files';
import { LineAppender, readLines } from './json-lines';

const flushMilliseconds = 1000;

export function metricsFile(runFolder: string): string {
  return join(runFolder, 'metrics.jsonl');
}

/**
 * Appends rows `{step, time, ...name: number}` to a run's `metrics.jsonl`. Rows wait in memory for at most a second;
 * `checkpoint()` makes them durable, so that a checkpoint never stands there without the curve that led to it.
 */
export class MetricsWriter {
  readonly #file: LineAppender;
  readonly #onFlush: (flushedBytes: number) => void;
  readonly #timer: NodeJS.Timeout;
  #waiting: string[] = [];
  #timerError: unknown;

  /** @param onFlush gets the length of the file in bytes after each flush, e.g. to tell the parent */
  constructor(runFolder: string, onFlush: (flushedBytes: number) => void = () => {}) {
    this.#file = new LineAppender(metricsFile(runFolder));
    this.#onFlush = onFlush;
    this.#timer = setInterval(() => this.#flushFromTimer(), flushMilliseconds).unref();
  }

  /** Adds one row. NaN and infinities become null: JSON has no word for them. */
  write(step: number, values: Readonly<Record<string, number>>): void {
    this.#throwTimerError();
    // JSON.stringify itself writes null for a number that is not finite.
    this.#waiting.push(`${JSON.stringify({ step, time: Date.now(), ...values })}\n`);
  }

  flush(): void {
    this.#throwTimerError();
    if (this.#waiting.length === 0) return;
    this.#file.append(this.#waiting.join(''));
    this.#waiting = [];
    this.#onFlush(this.#file.length);
  }

  /** Call before a checkpoint is written. */
  checkpoint(): void {
    this.flush();
    this.#file.sync();
  }

  close(): void {
    clearInterval(this.#timer);
    try {
      this.checkpoint();
    } finally {
      this.#file.close();
    }
  }

  #flushFromTimer(): void {
    try {
      this.flush();
    } catch (error) {
      // A throw from a timer would end the process without a word; the loop gets it at its next row instead.
      this.#timerError = error;
    }
  }

  #throwTimerError(): void {
    const error = this.#timerError;
    this.#timerError = undefined;
    if (error !== undefined) throw error;
  }
}

export interface ReadRow {
  row: MetricRow;
  text: string;
  /** Byte offset in the file just after the row. */
  end: number;
}

/**
 * The complete rows of a run, from a byte offset on. A torn last line is left for the next call; a line that is no row
 * (its disk block was lost) is passed to `onDamaged` and skipped.
 */
export function* readMetrics(
  runFolder: string,
  options: { from?: number; onDamaged?: (text: string) => void } = {},
): Generator<ReadRow> {
  const path = metricsFile(runFolder);
  if (!existsSync(path)) return;
  for (const { text, end } of readLines(path, options.from)) {
    const row = parseRow(text);
    if (row === undefined) options.onDamaged?.(text);
    else yield { row, text, end };
  }
}

/** On resume: drops the rows after the checkpoint's step, which will be computed again, so that a step has one value. */
export function truncateMetrics(runFolder: string, step: number): void {
  if (!existsSync(metricsFile(runFolder))) return;
  writeFileAtomically(metricsFile(runFolder), keptRows(runFolder, step));
}

function* keptRows(runFolder: string, step: number): Generator<Uint8Array> {
  let block = '';
  for (const { row, text } of readMetrics(runFolder)) {
    if (row.step > step) continue;
    block += `${text}\n`;
    if (block.length < 1 << 16) continue;
    yield Buffer.from(block, 'utf8');
    block = '';
  }
  yield Buffer.from(block, 'utf8');
}

function parseRow(text: string): MetricRow | undefined {
  try {
    return metricRowSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
