import { expect, test } from 'vitest';
import { seedBand } from './seed-band';

const curve = (runId: string, ...points: [step: number, value: number | null][]) => ({
  runId,
  points: points.map(([step, value]) => ({ step, value })),
});

test('curves on different steps are read between their points', () => {
  const band = seedBand([curve('a', [0, 0], [10, 10]), curve('b', [0, 2], [5, 3], [10, 6])]);
  expect(band.runIds).toEqual(['a', 'b']);
  expect([...band.steps]).toEqual([0, 5, 10]);
  expect([...band.mean]).toEqual([1, 4, 8]);
  expect([...band.minimum]).toEqual([0, 3, 6]);
  expect([...band.maximum]).toEqual([2, 5, 10]);
  // Of 5 and 3: a sample deviation of the root of 2, over the root of 2.
  expect(band.standardError[1]).toBeCloseTo(1, 12);
});

test('a curve counts only between its ends', () => {
  const band = seedBand([curve('a', [0, 1], [4, 1]), curve('b', [2, 3], [8, 3])]);
  expect([...band.steps]).toEqual([0, 2, 4, 8]);
  expect([...band.mean]).toEqual([1, 2, 2, 3]);
  expect(band.standardError[0]).toBe(0);
});

test('gaps are bridged', () => {
  const band = seedBand([curve('a', [0, 0], [1, null], [2, 4]), curve('b', [1, 2])]);
  expect([...band.mean]).toEqual([0, 2, 4]);
});
