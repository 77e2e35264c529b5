import { expect, test } from 'vitest';
import { ceilingOf } from './ceiling';

test('an axis ends at a round number that nothing exceeds', () => {
  expect([0.03, 0.2, 0.21, 1, 7].map(ceilingOf)).toEqual([0.05, 0.2, 0.5, 1, 10]);
  expect(ceilingOf(0)).toBe(1);
});
