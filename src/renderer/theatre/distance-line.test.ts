import { expect, test } from 'vitest';
import { distanceLine, roundUp } from './distance-line';

test('a line has a gap where there is no distance', () => {
  expect(distanceLine([0, 1, NaN, 2], 2)).toBe('M0.5 1.0000L1.5 0.5000M3.5 0.0000');
});

test('the top of the scale is a round number that nothing exceeds', () => {
  expect([0.13, 0.5, 0.51, 1.7, 3].map(roundUp)).toEqual([0.2, 0.5, 1, 2, 5]);
  expect(roundUp(0)).toBe(1);
});
