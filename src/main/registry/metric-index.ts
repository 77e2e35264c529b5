import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { MetricPoint, MetricSummary } from '../../shared/runs';
import { metricsFile, readMetrics } from '../trainer/metrics';
import type { ReadRow } from '../trainer/metrics';
import { inTransaction } from './database';
import { downsample } from './downsample';

const rowsPerTransaction = 5000;
const fingerprintBytes = 256;
const defaultMaximumPoints = 1000;

export interface IngestResult {
  rows: number;
  /** Lines that were no rows. */
  damaged: number;
}

/** The metrics of all runs in the database, read from the runs' `metrics.jsonl`. */
export class MetricIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Takes in what `metrics.jsonl` has gained since the last call, in batches of one transaction each. A file that no
   * longer continues what was taken in (a resume dropped its last rows) is read again from its start.
   */
  ingest(runId: string, runFolder: string): IngestResult {
    const result: IngestResult = { rows: 0, damaged: 0 };
    let batch: ReadRow[] = [];
    const write = (): void => {
      if (batch.length > 0) inTransaction(this.#database, () => this.#insert(runId, runFolder, batch));
      result.rows += batch.length;
      batch = [];
    };
    const from = this.#takenIn(runId, runFolder);
    for (const row of readMetrics(runFolder, { from, onDamaged: () => result.damaged++ })) {
      batch.push(row);
      if (batch.length === rowsPerTransaction) write();
    }
    write();
    return result;
  }

  #insert(runId: string, runFolder: string, batch: readonly ReadRow[]): void {
    const insert = this.#database.prepare(
      'INSERT OR REPLACE INTO metrics (run_id, name, step, value) VALUES (?, ?, ?, ?)',
    );
    for (const { row } of batch) {
      const { step, time: _time, ...values } = row;
      for (const [name, value] of Object.entries(values)) insert.run(runId, name, step, value);
    }
    this.#setTakenIn(runId, runFolder, batch.at(-1)!.end);
  }

  /** All of them at once, which is much faster than run by run. */
  clear(): void {
    this.#database.exec('DELETE FROM metrics; DELETE FROM metric_files;');
  }

  names(runId: string): string[] {
    return this.#database
      .prepare<[string], string>('SELECT DISTINCT name FROM metrics WHERE run_id = ? ORDER BY name')
      .pluck()
      .all(runId);
  }

  /** In order of steps; with more points than asked for, each stretch keeps its lowest and highest. */
  series(runId: string, name: string, maximumPoints = defaultMaximumPoints): MetricPoint[] {
    const count = this.#database
      .prepare<[string, string], number>('SELECT count(*) FROM metrics WHERE run_id = ? AND name = ?')
      .pluck()
      .get(runId, name);
    const points = this.#database
      .prepare<[string, string], MetricPoint>(
        'SELECT step, value FROM metrics WHERE run_id = ? AND name = ? ORDER BY step',
      )
      .iterate(runId, name);
    return downsample(points, count ?? 0, maximumPoints);
  }

  /** Undefined where the metric has no finite value. */
  summary(runId: string, name: string): MetricSummary | undefined {
    const finite = 'FROM metrics WHERE run_id = ? AND name = ? AND value IS NOT NULL';
    const point = (order: string): MetricPoint | undefined =>
      this.#database
        .prepare<[string, string], MetricPoint>(`SELECT step, value ${finite} ORDER BY ${order} LIMIT 1`)
        .get(runId, name);
    const [last, minimum, maximum] = [point('step DESC'), point('value, step'), point('value DESC, step')];
    if (last === undefined || minimum === undefined || maximum === undefined) return undefined;
    const count = this.#database
      .prepare<[string, string], number>(`SELECT count(*) ${finite}`)
      .pluck()
      .get(runId, name);
    return { count: count ?? 0, last, minimum, maximum };
  }

  /** Bytes of the file that the table holds already; 0, with the table cleared, if the file is another one by now. */
  #takenIn(runId: string, runFolder: string): number {
    const stored = this.#database
      .prepare<[string], { bytes: number; fingerprint: string }>(
        'SELECT bytes, fingerprint FROM metric_files WHERE run_id = ?',
      )
      .get(runId);
    if (stored === undefined) return 0;
    if (fingerprint(metricsFile(runFolder), stored.bytes) === stored.fingerprint) return stored.bytes;
    inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM metrics WHERE run_id = ?').run(runId);
      this.#database.prepare('DELETE FROM metric_files WHERE run_id = ?').run(runId);
    });
    return 0;
  }

  #setTakenIn(runId: string, runFolder: string, bytes: number): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO metric_files (run_id, bytes, fingerprint) VALUES (?, ?, ?)')
      .run(runId, bytes, fingerprint(metricsFile(runFolder), bytes) ?? '');
  }
}

/**
 * Of the bytes that end at `end`; undefined where the file is shorter. The length alone would miss a file that shrank
 * and grew beyond its old length between two looks.
 */
function fingerprint(path: string, end: number): string | undefined {
  if (!existsSync(path)) return undefined;
  const descriptor = openSync(path, 'r');
  try {
    if (fstatSync(descriptor).size < end) return undefined;
    const start = Math.max(0, end - fingerprintBytes);
    const bytes = Buffer.alloc(end - start);
    readSync(descriptor, bytes, 0, bytes.length, start);
    return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  } finally {
    closeSync(descriptor);
  }
}
