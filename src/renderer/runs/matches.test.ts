import { expect, test } from 'vitest';
import { exampleRow } from '../compare/example-row';
import { matches } from './matches';

test('a filter finds runs by all of its words', () => {
  const { run } = exampleRow('Run 1', 3, [0, 0, 0]);
  const words = ['', 'run 1', 'seed 3 run', 'run-1', 'AGENT nano', 'seed 3', 'd-bc', ' finished '];
  expect(words.every((filter) => matches(run, filter))).toBe(true);
  expect(['seed 2', 'seed 33', 'world', '20', 'run 1 tiny'].some((filter) => matches(run, filter))).toBe(
    false,
  );
});
