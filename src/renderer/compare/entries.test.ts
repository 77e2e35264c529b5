import { expect, test } from 'vitest';
import { defaultOrder, entriesOf, meanOf, readCell, sortEntries, type Order } from './entries';
import { exampleRow } from './example-row';
import { summarize } from './summary';

const rows = [
  exampleRow('Run 10', 3, [5, 1, 9]),
  exampleRow('Run 2', 1, [7, 2, 8]),
  exampleRow('Run 1', 2, [6, 3, 7]),
];
const label = (runIds: readonly string[]): string => runIds.join(' + ');
const alone = entriesOf(rows, [['run-10'], ['run-2'], ['run-1']], [], ([id]) => id!);
const together = entriesOf(rows, [['run-10', 'gone', 'run-1'], ['run-2'], ['gone']], ['run-10'], label);

test('rows are sorted by any column, by default with the better end first', () => {
  const at = (runId: string): number | undefined => ({ 'run-10': 4, 'run-1': 3 })[runId];
  const names = (order: Order, better: 'higher' | 'lower' | null = null): string[] =>
    sortEntries(alone, order, readCell(better, at)).map(({ key }) => key);
  expect(names(defaultOrder('higher'))).toEqual(['run-2', 'run-1', 'run-10']);
  expect(names(defaultOrder('lower'))).toEqual(['run-10', 'run-1', 'run-2']);
  expect(names({ sort: 'name', descending: false })).toEqual(['run-1', 'run-2', 'run-10']);
  expect(names({ sort: 'seed', descending: true })).toEqual(['run-10', 'run-1', 'run-2']);
  expect(names({ sort: 'best', descending: true }, 'higher')).toEqual(['run-10', 'run-2', 'run-1']);
  expect(names({ sort: 'best', descending: true }, 'lower')).toEqual(['run-1', 'run-2', 'run-10']);
  expect(names({ sort: 'atStep', descending: false })).toEqual(['run-1', 'run-10', 'run-2']);
  expect(names({ sort: 'atStep', descending: true })).toEqual(['run-10', 'run-1', 'run-2']);
});

test('a group counts with the mean of what is drawn of it, and is named after that', () => {
  const read = readCell('lower', () => undefined);
  expect(together.map(({ key }) => key)).toEqual(['run-10', 'run-2']);
  expect(together[0]).toMatchObject({ label: 'run-1' });
  expect(together[0]!.rows).toHaveLength(2);
  expect(meanOf(together[0]!.counted, 'last', read)).toEqual({ mean: 6, standardError: 0 });
  expect(meanOf(together[0]!.rows, 'last', read)).toEqual({ mean: 5.5, standardError: 0.5 });
  expect(meanOf(rows, 'atStep', read)).toBeUndefined();
  const sorted = sortEntries(together, { sort: 'last', descending: true }, read);
  expect(sorted.map((entry) => entry.rows.map(({ runId }) => runId))).toEqual([
    ['run-2'],
    ['run-1', 'run-10'],
  ]);
});

test('the summary says how it ends, and what was best', () => {
  const range = { from: 0, to: 1200 };
  expect(summarize({ title: 'Loss', better: 'lower' }, alone, range)).toBe(
    'Loss of 3 runs, steps 0 to 1,200. Highest at its end: run-2 with 7; lowest: run-10 with 5. ' +
      'Best of all: 1 by Run 10 at step 9.',
  );
  expect(summarize({ title: 'Entropy', better: null }, alone.slice(0, 1), range)).toBe(
    'Entropy of 1 run, steps 0 to 1,200. run-10 ends at 5.',
  );
  expect(summarize({ title: 'Loss', better: 'lower' }, [], range)).toBe('Loss of 0 runs, steps 0 to 1,200.');
});
