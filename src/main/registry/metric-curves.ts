import type { Database } from 'better-sqlite3';
import type { SharedMetric, StepValue } from '../../shared/compare';
import type { MetricPoint, MetricSummary } from '../../shared/runs';
import { BucketTable } from './bucket-table';
import {
  bucketLevels,
  bucketPoints,
  bucketWidth,
  coarsestLevel,
  merge,
  pointBuckets,
  type Bucket,
} from './buckets';

/** A metric of a run in the database, and how far it reaches. */
export interface MetricSeries {
  readonly id: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Of its finite values. */
  readonly count: number;
}

/** From one step to another, both included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** Reads curves at the resolution at which they are drawn. */
export class MetricCurves {
  readonly #database: Database;
  readonly #buckets: BucketTable;

  constructor(database: Database) {
    this.#database = database;
    this.#buckets = new BucketTable(database);
  }

  names(runId: string): string[] {
    return this.#database
      .prepare<[string], string>('SELECT name FROM metric_series WHERE run_id = ? ORDER BY name')
      .pluck()
      .all(runId);
  }

  /** Those that most of the runs have come first. */
  sharedNames(runIds: readonly string[]): SharedMetric[] {
    return this.#database
      .prepare<[string], SharedMetric>(
        `SELECT name, count(*) AS runs FROM metric_series WHERE run_id IN (SELECT value FROM json_each(?))
         GROUP BY name ORDER BY runs DESC, name`,
      )
      .all(JSON.stringify(runIds));
  }

  /** Undefined where the run has no metric of that name. */
  find(runId: string, name: string): MetricSeries | undefined {
    return this.#database
      .prepare<[string, string, number], MetricSeries>(
        `SELECT id, min(first_step) AS firstStep, max(last_step) AS lastStep, sum(count) AS count
         FROM metric_series JOIN metric_buckets ON series = id
         WHERE run_id = ? AND name = ? AND level = ? GROUP BY id`,
      )
      .get(runId, name, coarsestLevel);
  }

  /**
   * The part of a curve that a range of steps shows, in at most `maximumPoints` points with their neighbours outside,
   * each a bucket of its own, or else in as many buckets of two points each, of the finest level that has so few.
   */
  read({ id, firstStep, lastStep }: MetricSeries, { from, to }: StepRange, maximumPoints: number): Bucket[] {
    const points = this.#points(id, from, to, maximumPoints);
    if (points !== undefined) return [...pointBuckets(points)];
    // The two ends of the curve may come to them.
    const maximumBuckets = Math.floor((maximumPoints - 2) / 2);
    const [first, last] = [Math.max(from, firstStep), Math.min(to, lastStep)];
    const level = bucketLevels.find((candidate) => {
      const width = bucketWidth(candidate);
      return Math.floor(last / width) - Math.floor(first / width) < maximumBuckets;
    });
    return this.#buckets.read(id, level ?? coarsestLevel, first, last);
  }

  /**
   * At most `maximumPoints` (at least 4) points: all of a range, or of equal stretches the lowest and the highest, so that
   * no spike disappears, and both ends. A stretch without a finite value keeps one null: a gap.
   */
  points(series: MetricSeries, range: StepRange, maximumPoints: number): MetricPoint[] {
    const buckets = this.read(series, range, maximumPoints);
    const points = buckets.flatMap(bucketPoints);
    const [first, last] = [buckets.at(0)?.firstStep, buckets.at(-1)?.lastStep];
    if (first !== undefined && first < points.at(0)!.step) points.unshift(this.#point(series.id, first));
    if (last !== undefined && last > points.at(-1)!.step) points.push(this.#point(series.id, last));
    return points;
  }

  /** Over the finite values; undefined where there is none. */
  summary(series: MetricSeries): MetricSummary | undefined {
    const { id, firstStep, lastStep } = series;
    const last = this.newest(series, lastStep);
    if (last === undefined) return undefined;
    const { count, minimum, maximum } = this.#buckets
      .read(id, coarsestLevel, firstStep, lastStep)
      .reduce(merge);
    return { count, last, minimum: minimum!, maximum: maximum! };
  }

  /** The newest finite value at a step or before it. */
  newest({ id }: MetricSeries, step: number): MetricPoint | undefined {
    return this.#database
      .prepare<[number, number], MetricPoint>(
        `SELECT step, value FROM metrics WHERE series = ? AND step <= ? AND value IS NOT NULL
         ORDER BY step DESC LIMIT 1`,
      )
      .get(id, step);
  }

  /** The newest finite value at a step or before it, of each of some runs that has one. */
  atStep(runIds: readonly string[], name: string, step: number): StepValue[] {
    return this.#database
      .prepare<[object], StepValue>(
        `SELECT run_id AS runId, metrics.step, metrics.value
         FROM json_each(@runIds) AS asked
           JOIN metric_series ON run_id = asked.value AND name = @name
           JOIN metrics ON series = metric_series.id AND metrics.step =
             (SELECT max(step) FROM metrics WHERE series = metric_series.id AND step <= @step AND value IS NOT NULL)
         ORDER BY asked.key`,
      )
      .all({ name, step, runIds: JSON.stringify(runIds) });
  }

  /** With the neighbours outside the range; undefined where that were more than `maximum` points. */
  #points(id: number, from: number, to: number, maximum: number): MetricPoint[] | undefined {
    // Most curves are far too long: that is known sooner than their points are read.
    const isLonger = this.#database
      .prepare('SELECT 1 FROM metrics WHERE series = ? AND step BETWEEN ? AND ? LIMIT 1 OFFSET ?')
      .get(id, from, to, maximum);
    if (isLonger !== undefined) return undefined;
    const points = this.#database
      .prepare<[object], MetricPoint>(
        `SELECT step, value FROM metrics WHERE series = @id
           AND step >= ifnull((SELECT max(step) FROM metrics WHERE series = @id AND step < @from), @from)
           AND step <= ifnull((SELECT min(step) FROM metrics WHERE series = @id AND step > @to), @to)
         ORDER BY step LIMIT @limit`,
      )
      .all({ id, from, to, limit: maximum + 1 });
    return points.length > maximum ? undefined : points;
  }

  #point(id: number, step: number): MetricPoint {
    return this.#database
      .prepare<[number, number], MetricPoint>('SELECT step, value FROM metrics WHERE series = ? AND step = ?')
      .get(id, step)!;
  }
}
