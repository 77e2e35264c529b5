import type { MetricPoint } from '../../shared/runs';

/** What is left of a stretch of 4^level steps of a curve. */
export interface Bucket {
  /** The stretch is the steps from `bucket * 4^level` on. */
  bucket: number;
  /** Of the points in it, with or without a finite value. */
  firstStep: number;
  lastStep: number;
  /** Of the finite values. */
  count: number;
  sum: number;
  /** Null where there is no finite value. */
  minimum: MetricPoint | null;
  maximum: MetricPoint | null;
}

const factor = 4;
/** From stretches of 16 steps, below which points are as few as buckets, to 4,194,304 steps. */
export const bucketLevels = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
export const coarsestLevel = bucketLevels.at(-1)!;

/** Steps that a bucket of a level spans. */
export const bucketWidth = (level: number): number => factor ** level;

/** Buckets of all levels, each level made from the one below; points in order of steps. */
export function bucketsOf(points: Iterable<MetricPoint>): Map<number, Bucket[]> {
  const levels = new Map<number, Bucket[]>();
  let finer = joined(pointBuckets(points));
  for (const level of bucketLevels) {
    levels.set(level, finer);
    finer = joined(coarser(finer));
  }
  return levels;
}

/** Each point as a bucket of its own, of the finest level. */
export function* pointBuckets(points: Iterable<MetricPoint>): Generator<Bucket> {
  const width = bucketWidth(bucketLevels[0]);
  for (const point of points) {
    const { step, value } = point;
    const [count, sum, extreme] = value === null ? [0, 0, null] : [1, value, point];
    yield {
      bucket: Math.floor(step / width),
      firstStep: step,
      lastStep: step,
      count,
      sum,
      minimum: extreme,
      maximum: extreme,
    };
  }
}

function* coarser(buckets: Iterable<Bucket>): Generator<Bucket> {
  for (const bucket of buckets) yield { ...bucket, bucket: Math.floor(bucket.bucket / factor) };
}

/** Neighbours of one number become one bucket. */
function joined(buckets: Iterable<Bucket>): Bucket[] {
  const result: Bucket[] = [];
  for (const bucket of buckets) {
    const last = result.at(-1);
    if (last?.bucket === bucket.bucket) result[result.length - 1] = merge(last, bucket);
    else result.push(bucket);
  }
  return result;
}

/** Of two stretches, the earlier first; of equal extremes the earlier counts. */
export function merge(earlier: Bucket, later: Bucket): Bucket {
  return {
    bucket: earlier.bucket,
    firstStep: earlier.firstStep,
    lastStep: later.lastStep,
    count: earlier.count + later.count,
    sum: earlier.sum + later.sum,
    minimum: extremeOf(earlier.minimum, later.minimum, (a, b) => b < a),
    maximum: extremeOf(earlier.maximum, later.maximum, (a, b) => b > a),
  };
}

function extremeOf(
  earlier: MetricPoint | null,
  later: MetricPoint | null,
  isMore: (earlier: number, later: number) => boolean,
): MetricPoint | null {
  if (earlier === null || later === null) return earlier ?? later;
  return isMore(earlier.value!, later.value!) ? later : earlier;
}

/** In order of steps: the lowest and the highest, one of them where they are the same, a null for a gap. */
export function bucketPoints({ firstStep, minimum, maximum }: Bucket): MetricPoint[] {
  if (minimum === null || maximum === null) return [{ step: firstStep, value: null }];
  if (minimum.step === maximum.step) return [minimum];
  return minimum.step < maximum.step ? [minimum, maximum] : [maximum, minimum];
}
