import { expect, test } from 'vitest';
import { componentLines } from './component-lines';

test('each component is a line, broken where nothing was done', () => {
  const actions = [[1, 0], [-1, 0.5], undefined, [0, 0]].map((action) => action && Float32Array.from(action));
  expect(componentLines(actions)).toEqual([
    'M0.5 0.000L1.5 1.000M3.5 0.500',
    'M0.5 0.500L1.5 0.250M3.5 0.500',
  ]);
  expect(componentLines([1, 0, undefined])).toEqual([]);
});
