import { expect, test } from 'vitest';
import type { MetricPoint } from '../../shared/runs';
import { bucketLevels, bucketPoints, bucketsOf, bucketWidth } from './buckets';

const curve = (count: number, value: (step: number) => number | null): MetricPoint[] =>
  Array.from({ length: count }, (_, step) => ({ step, value: value(step) }));

test.each(bucketLevels)('the buckets of level %i hold every point once', (level) => {
  const points = curve(10_007, (step) => (step % 3 === 0 ? null : Math.sin(step / 500)));
  const buckets = bucketsOf(points).get(level)!;
  const finite = points.filter(({ value }) => value !== null);
  expect(buckets.length).toBe(Math.ceil(10_007 / bucketWidth(level)));
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(finite.length);
  const total = finite.reduce((sum, { value }) => sum + value!, 0);
  expect(buckets.reduce((sum, bucket) => sum + bucket.sum, 0)).toBeCloseTo(total, 8);
  for (const { bucket, firstStep, lastStep } of buckets) {
    expect(firstStep).toBe(bucket * bucketWidth(level));
    expect(lastStep).toBe(Math.min(10_006, (bucket + 1) * bucketWidth(level) - 1));
  }
});

test('a bucket is drawn as its lowest and its highest point, in order', () => {
  const [bucket] = bucketsOf(curve(16, (step) => (step === 3 ? 9 : step === 12 ? -9 : 0))).get(2)!;
  expect(bucketPoints(bucket!)).toEqual([
    { step: 3, value: 9 },
    { step: 12, value: -9 },
  ]);
  const [flat] = bucketsOf(curve(16, () => 1)).get(2)!;
  expect(bucketPoints(flat!)).toEqual([{ step: 0, value: 1 }]);
  const [gap] = bucketsOf(curve(16, () => null)).get(2)!;
  expect(bucketPoints(gap!)).toEqual([{ step: 0, value: null }]);
});
