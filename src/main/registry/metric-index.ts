import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { MetricPoint } from '../../shared/runs';
import { metricsFile, readMetrics } from '../trainer/metrics';
import type { ReadRow } from '../trainer/metrics';
import { BucketTable } from './bucket-table';
import { inTransaction } from './database';

const rowsPerTransaction = 5000;
const fingerprintBytes = 256;

export interface IngestResult {
  rows: number;
  /** Lines that were no rows. */
  damaged: number;
}

/** The metrics of all runs in the database, read from the runs' `metrics.jsonl`. */
export class MetricIndex {
  readonly #database: Database;
  readonly #buckets: BucketTable;

  constructor(database: Database) {
    this.#database = database;
    this.#buckets = new BucketTable(database);
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

  /** All of them at once, which is much faster than run by run. */
  clear(): void {
    this.#database.exec(
      'DELETE FROM metric_buckets; DELETE FROM metrics; DELETE FROM metric_series; DELETE FROM metric_files;',
    );
  }

  #insert(runId: string, runFolder: string, batch: readonly ReadRow[]): void {
    for (const [name, points] of byName(batch)) this.#insertSeries(this.#seriesId(runId, name), points);
    this.#setTakenIn(runId, runFolder, batch.at(-1)!.end);
  }

  #insertSeries(series: number, points: readonly MetricPoint[]): void {
    const known = this.#database
      .prepare<[number], number | null>('SELECT max(step) FROM metrics WHERE series = ?')
      .pluck()
      .get(series);
    const insert = this.#database.prepare('INSERT OR REPLACE INTO metrics VALUES (?, ?, ?)');
    let isInOrder = true;
    let last = known ?? -1;
    for (const { step, value } of points) {
      insert.run(series, step, value);
      isInOrder &&= step > last;
      last = step;
    }
    if (isInOrder) this.#buckets.append(series, points);
    // Of two rows with one step the later counts, and buckets cannot take back the earlier.
    else this.#buckets.rebuild(series, this.#points(series));
  }

  #points(series: number): MetricPoint[] {
    return this.#database
      .prepare<[number], MetricPoint>('SELECT step, value FROM metrics WHERE series = ? ORDER BY step')
      .all(series);
  }

  #seriesId(runId: string, name: string): number {
    const find = this.#database
      .prepare<[string, string], number>('SELECT id FROM metric_series WHERE run_id = ? AND name = ?')
      .pluck();
    const known = find.get(runId, name);
    if (known !== undefined) return known;
    this.#database.prepare('INSERT INTO metric_series (run_id, name) VALUES (?, ?)').run(runId, name);
    return find.get(runId, name)!;
  }

  /** Bytes of the file that the tables hold already; 0, with them cleared, if the file is another one by now. */
  #takenIn(runId: string, runFolder: string): number {
    const stored = this.#database
      .prepare<[string], { bytes: number; fingerprint: string }>(
        'SELECT bytes, fingerprint FROM metric_files WHERE run_id = ?',
      )
      .get(runId);
    if (stored === undefined) return 0;
    if (fingerprint(metricsFile(runFolder), stored.bytes) === stored.fingerprint) return stored.bytes;
    inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM metric_series WHERE run_id = ?').run(runId);
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

function byName(batch: readonly ReadRow[]): Map<string, MetricPoint[]> {
  const series = new Map<string, MetricPoint[]>();
  for (const { row } of batch) {
    const { step, time: _time, ...values } = row;
    for (const [name, value] of Object.entries(values)) {
      const points = series.get(name);
      if (points) points.push({ step, value });
      else series.set(name, [{ step, value }]);
    }
  }
  return series;
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
