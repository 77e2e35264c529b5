import { expect, test } from 'vitest';
import { exampleRow } from './example-row';
import { nameLines } from './line-names';

const run = (name: string, seed: number, id: string) => ({ ...exampleRow(name, seed, [0, 0, 0]).run, id });
const runs = [
  { ...run('World model', 0, 'model'), kind: 'world-model' as const },
  run('DITTO, seed 0', 0, 'ditto-0'),
  run('BC', 0, 'bc'),
  run('DITTO, seed 1', 1, 'ditto-1'),
];
const groups = [['model'], ['ditto-0', 'ditto-1'], ['bc']];

test('agents get the first colours, in the order of their age, and seeds of one group share theirs', () => {
  const { colour, label } = nameLines(runs, groups, {});
  expect(runs.map(({ id }) => colour(id))).toEqual([2, 0, 1, 0]);
  expect([label(['bc']), label(['ditto-0', 'ditto-1'])]).toEqual(['BC', 'DITTO, 2 seeds']);
});

test('a colour that was chosen counts for the whole group, and no other changes', () => {
  const { colour } = nameLines(runs, groups, { 'ditto-1': 5 });
  expect(runs.map(({ id }) => colour(id))).toEqual([2, 5, 1, 5]);
});

test('groups that are called the same are told apart', () => {
  const equal = [run('DITTO', 0, 'one-0001'), run('DITTO', 1, 'one-0002'), run('DITTO', 0, 'two-0003')];
  const { label } = nameLines(
    [...equal, run('DITTO', 1, 'two-0004')],
    [
      ['one-0001', 'one-0002'],
      ['two-0003', 'two-0004'],
    ],
    {},
  );
  expect(label(['one-0001', 'one-0002'])).toBe('DITTO, 0001, 2 seeds');
  expect(label(['two-0004', 'two-0003'])).toBe('DITTO, 0003, 2 seeds');
});
