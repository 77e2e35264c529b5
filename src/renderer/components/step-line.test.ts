import { expect, test } from 'vitest';
import { stepLine } from './step-line';

test('a line has a gap where there is no value', () => {
  expect(stepLine([0, 1, NaN, 2], 2)).toBe('M0.5 1.0000L1.5 0.5000M3.5 0.0000');
});
