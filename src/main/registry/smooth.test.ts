import { expect, test } from 'vitest';
import { randomGenerator } from '../../shared/random';
import type { MetricPoint } from '../../shared/runs';
import { smooth, smoothingUnit } from './smooth';

const points = (values: readonly (number | null)[], stride = 1): MetricPoint[] =>
  values.map((value, index) => ({ step: index * stride, value }));

test('a smoothing of 0 changes nothing, and a constant stays what it is', () => {
  const curve = points([3, null, 1]);
  expect(smooth(curve, 0, 1)).toEqual(curve);
  for (const { value } of smooth(points([5, 5, 5, 5]), 0.99, 1)) expect(value).toBeCloseTo(5, 12);
});

test('evenly spaced points give the textbook average, without its start at zero', () => {
  const values = [1, 4, 2, 8];
  let average = 0;
  const expected = values.map((value, index) => {
    average = 0.6 * average + 0.4 * value;
    return average / (1 - 0.6 ** (index + 1));
  });
  // 30 steps for 4 points: a unit is the distance of two points.
  const smoothed = smooth(points(values, 10), 0.6, smoothingUnit(30, 4));
  smoothed.forEach(({ value }, index) => expect(value).toBeCloseTo(expected[index]!, 12));
});

test('a gap stays a gap, and the average goes on after it', () => {
  const [first, gap, last] = smooth(points([2, null, 4]), 0.5, 1);
  expect(gap).toEqual({ step: 1, value: null });
  expect(first!.value).toBe(2);
  // Two units on, a quarter of the first is left: (0.25 * 0.5 * 2 + 0.75 * 4) / (0.25 * 0.5 + 0.75).
  expect(last!.value).toBeCloseTo(3.25 / 0.875, 12);
});

test('means of stretches give the curve that all points give', () => {
  const random = randomGenerator(1, 'smooth');
  const values = Array.from({ length: 20_000 }, (_, step) => Math.sin(step / 3000) + random.normal());
  const unit = smoothingUnit(20_000, 20_000);
  const full = smooth(points(values), 0.95, unit);
  const stretches = Array.from({ length: 1250 }, (_, index) => ({
    step: index * 16 + 7.5,
    value: values.slice(index * 16, index * 16 + 16).reduce((sum, value) => sum + value, 0) / 16,
  }));
  const coarse = smooth(stretches, 0.95, unit);
  for (let index = 100; index < 1250; index++) {
    expect(Math.abs(coarse[index]!.value! - full[index * 16 + 15]!.value!)).toBeLessThan(0.05);
  }
});
