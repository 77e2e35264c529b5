import { expect, test } from 'vitest';
import { runLabels } from './run-labels';

const run = (id: string, name: string, seed: number) => ({ id, name, seed });

test('a name that one run has stays; others get the seed, and the end of the id where seeds are equal', () => {
  const labels = runLabels([
    run('a-0001', 'DITTO', 1),
    run('b-0002', 'DITTO', 2),
    run('c-0003', 'DITTO', 2),
    run('d-0004', 'BC', 1),
  ]);
  expect([...labels]).toEqual([
    ['a-0001', 'DITTO, seed 1'],
    ['b-0002', 'DITTO, seed 2, 0002'],
    ['c-0003', 'DITTO, seed 2, 0003'],
    ['d-0004', 'BC'],
  ]);
});
