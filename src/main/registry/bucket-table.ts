import type { Database } from 'better-sqlite3';
import type { MetricPoint } from '../../shared/runs';
import { bucketsOf, bucketWidth, type Bucket } from './buckets';

interface BucketRow {
  bucket: number;
  first_step: number;
  last_step: number;
  count: number;
  sum: number;
  minimum: number | null;
  minimum_step: number | null;
  maximum: number | null;
  maximum_step: number | null;
}

/** The buckets of all series in the database; the caller holds the transaction. */
export class BucketTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes in points that follow all those taken in before, in order of steps. */
  append(series: number, points: Iterable<MetricPoint>): void {
    const add = this.#database.prepare(
      `INSERT INTO metric_buckets VALUES
         (@series, @level, @bucket, @firstStep, @lastStep, @count, @sum, @minimum, @minimumStep, @maximum, @maximumStep)
       ON CONFLICT (series, level, bucket) DO UPDATE SET
         last_step = excluded.last_step,
         count = count + excluded.count,
         sum = sum + excluded.sum,
         minimum_step = iif(minimum IS NULL OR excluded.minimum < minimum, excluded.minimum_step, minimum_step),
         minimum = iif(minimum IS NULL OR excluded.minimum < minimum, excluded.minimum, minimum),
         maximum_step = iif(maximum IS NULL OR excluded.maximum > maximum, excluded.maximum_step, maximum_step),
         maximum = iif(maximum IS NULL OR excluded.maximum > maximum, excluded.maximum, maximum)`,
    );
    for (const [level, buckets] of bucketsOf(points)) {
      for (const { minimum, maximum, ...rest } of buckets) {
        add.run({
          ...rest,
          series,
          level,
          minimum: minimum?.value ?? null,
          minimumStep: minimum?.step ?? null,
          maximum: maximum?.value ?? null,
          maximumStep: maximum?.step ?? null,
        });
      }
    }
  }

  /** Makes a series' buckets anew from all of its points. */
  rebuild(series: number, points: Iterable<MetricPoint>): void {
    this.#database.prepare('DELETE FROM metric_buckets WHERE series = ?').run(series);
    this.append(series, points);
  }

  /** Those that have a part in the steps from `from` up to and with `to`. */
  read(series: number, level: number, from: number, to: number): Bucket[] {
    const width = bucketWidth(level);
    return this.#database
      .prepare<[number, number, number, number], BucketRow>(
        `SELECT * FROM metric_buckets
         WHERE series = ? AND level = ? AND bucket BETWEEN ? AND ? ORDER BY bucket`,
      )
      .all(series, level, Math.floor(from / width), Math.floor(to / width))
      .map(toBucket);
  }
}

function toBucket(row: BucketRow): Bucket {
  const point = (step: number | null, value: number | null): MetricPoint | null =>
    step === null ? null : { step, value };
  return {
    bucket: row.bucket,
    firstStep: row.first_step,
    lastStep: row.last_step,
    count: row.count,
    sum: row.sum,
    minimum: point(row.minimum_step, row.minimum),
    maximum: point(row.maximum_step, row.maximum),
  };
}
