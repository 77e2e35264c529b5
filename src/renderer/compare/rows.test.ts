import { expect, test } from 'vitest';
import type { RunRecord } from '../../shared/runs';
import { bestOf, matches, sortRows, type RunRow } from './rows';

const run = (name: string, seed: number): RunRecord =>
  ({
    ...{
      id: name.toLowerCase(),
      name,
      seed,
      kind: 'agent',
      preset: 'nano',
      configuration: { method: 'd-bc' },
    },
    state: { status: 'finished' },
  }) as unknown as RunRecord;

const row = (
  name: string,
  seed: number,
  values: [last: number, minimum: number, maximum: number],
): RunRow => {
  const [last, minimum, maximum] = values.map((value) => ({ step: 1, value }));
  const record = run(name, seed);
  return {
    ...{ runId: record.id, group: record.id, run: record, label: name, count: 9 },
    ...{ last: last!, minimum: minimum!, maximum: maximum! },
  };
};
const rows = [row('Run 10', 3, [5, 1, 9]), row('Run 2', 1, [7, 2, 8]), row('Run 1', 2, [6, 3, 7])];

test('rows are sorted by any column, by default with the better end first', () => {
  const names = (order: Partial<Parameters<typeof sortRows>[1]>, at = (_: string): number | undefined => 0) =>
    sortRows(rows, { sort: undefined, descending: false, better: null, ...order }, at).map(
      ({ label }) => label,
    );
  expect(names({ better: 'higher' })).toEqual(['Run 2', 'Run 1', 'Run 10']);
  expect(names({ better: 'lower' })).toEqual(['Run 10', 'Run 1', 'Run 2']);
  expect(names({ sort: 'name' })).toEqual(['Run 1', 'Run 2', 'Run 10']);
  expect(names({ sort: 'seed', descending: true })).toEqual(['Run 10', 'Run 1', 'Run 2']);
  expect(names({ sort: 'best', better: 'higher', descending: true })).toEqual(['Run 10', 'Run 2', 'Run 1']);
  const at = (runId: string): number | undefined => ({ 'run 10': 4, 'run 1': 3 })[runId];
  expect(names({ sort: 'atStep' }, at)).toEqual(['Run 1', 'Run 10', 'Run 2']);
  expect(names({ sort: 'atStep', descending: true }, at)).toEqual(['Run 10', 'Run 1', 'Run 2']);
});

test('the best value is the highest or the lowest, or there is none', () => {
  expect(['higher', 'lower', null].map((better) => bestOf(rows[0]!, better as 'higher')?.value)).toEqual([
    ...[9, 1, undefined],
  ]);
});

test('a filter finds runs by all of its words', () => {
  const words = ['', 'run 1', 'AGENT nano', 'seed 3', 'd-bc', ' finished '];
  expect(words.every((filter) => matches(run('Run 1', 3), filter))).toBe(true);
  expect(['seed 2', 'world', 'run 1 tiny'].some((filter) => matches(run('Run 1', 3), filter))).toBe(false);
});
