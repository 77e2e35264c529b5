import { expect, test } from 'vitest';
import { exampleRow } from './example-row';
import { bestOf } from './rows';

test('the best value is the highest or the lowest, or there is none', () => {
  const row = exampleRow('Run', 1, [5, 1, 9]);
  expect(bestOf(row, 'higher')?.value).toBe(9);
  expect(bestOf(row, 'lower')?.value).toBe(1);
  expect(bestOf(row, null)).toBeUndefined();
});
