import { expect, test } from 'vitest';
import type { MetricPoint } from '../../shared/runs';
import { downsample } from './downsample';

function curve(count: number, value: (step: number) => number | null): MetricPoint[] {
  return Array.from({ length: count }, (_, step) => ({ step, value: value(step) }));
}

test('a short curve is left as it is', () => {
  const points = curve(10, Math.sin);
  expect(downsample(points, 10, 10)).toEqual(points);
});

test.each([4, 5, 10, 999])(
  'a long one has at most %i points, in order, with both ends and every spike',
  (limit) => {
    const points = curve(10_007, (step) =>
      step === 5000 ? 100 : step === 7001 ? -100 : Math.sin(step / 500),
    );
    const chosen = downsample(points, points.length, limit);
    expect(chosen.length).toBeLessThanOrEqual(limit);
    expect(chosen[0]).toEqual(points[0]);
    expect(chosen.at(-1)).toEqual(points.at(-1));
    const steps = chosen.map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(steps).toContain(5000);
    expect(steps).toContain(7001);
  },
);

test('a stretch without a finite value stays visible as a gap', () => {
  const points = curve(1000, (step) => (step >= 500 ? null : step));
  const chosen = downsample(points, 1000, 100);
  expect(chosen.filter(({ value }) => value === null).length).toBeGreaterThan(20);
});
