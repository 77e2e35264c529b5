import { expect, test } from 'vitest';
import type { Comparison } from '../../shared/compare';
import { linesOf, valueAt } from './lines';

const steps = Float64Array.of(0, 10, 20, 30);
const values = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

test('a curve is read on its straight pieces, and neither in gaps nor beyond its ends', () => {
  const curve = { steps, values: values(1, 3, NaN, 5) };
  expect([0, 5, 10, 30].map((step) => valueAt(curve, step))).toEqual([1, 2, 3, 5]);
  expect([-1, 12, 20, 25, 31].map((step) => valueAt(curve, step))).toEqual(new Array(5).fill(undefined));
  expect(valueAt({ steps: values(), values: values() }, 1)).toBeUndefined();
});

test('runs and groups become lines in the order of their colours, groups with the band that was asked for', () => {
  const curve = { steps, values: values(1, 2, 3, 4) };
  const smoothed = { steps, values: values(2, 2, 2, 2) };
  const comparison: Comparison = {
    metric: 'loss',
    range: { from: 0, to: 30 },
    runs: [{ runId: 'alone', curve, smoothed }],
    groups: [
      {
        runIds: ['one', 'two'],
        steps,
        measured: null,
        mean: values(5, 5, 5, 5),
        standardError: values(1, 1, 1, 1),
        minimum: values(2, 2, 2, 2),
        maximum: values(9, 9, 9, 9),
      },
    ],
  };
  const names = {
    label: (runIds: readonly string[]) => runIds.join('+'),
    colour: (runId: string) => (runId === 'alone' ? 0 : 1),
  };
  const [alone, group] = linesOf(comparison, 'standard-error', names);
  expect(alone).toMatchObject({ key: 'alone', label: 'alone', main: smoothed, measured: curve, band: null });
  expect(group).toMatchObject({ key: 'one', label: 'one+two', measured: null });
  expect([group!.band!.low[0], group!.band!.high[0]]).toEqual([4, 6]);
  const [, ranged] = linesOf(comparison, 'range', names);
  expect([ranged!.band!.low[0], ranged!.band!.high[0]]).toEqual([2, 9]);
});
