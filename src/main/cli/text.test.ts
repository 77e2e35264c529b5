import { expect, test } from 'vitest';
import { peekOption } from './peek-option';
import { formatResults } from './results-table';
import { formatNumber, formatSeconds, formatTable } from './text';

test('times are written as a person says them', () => {
  expect([0, 59.4, 60, 130, 3600, 7325].map(formatSeconds)).toEqual([
    ...['0 s', '59 s', '1 min 0 s', '2 min 10 s', '1 h 0 min', '2 h 2 min'],
  ]);
});

test('tables are aligned, numbers to the right', () => {
  const rows = [
    ['run', 'steps', 'name'],
    ['a', '60', 'first'],
    ['bcd', '1000', 'x'],
  ];
  expect(formatTable(rows, [1])).toBe('run  steps  name\na       60  first\nbcd   1000  x');
});

test('numbers have at most four digits that mean something', () => {
  expect([3, 0.123456, 1234.567, 1e-7].map(formatNumber)).toEqual(['3', '0.1235', '1235', '1e-7']);
});

test('results are told beside the expert', () => {
  const measured = { standardError: 1.25, episodes: 20, returns: [] };
  const text = formatResults(
    [
      { name: 'expert', mean: 200, ...measured },
      { name: 'a', title: 'DITTO', mean: 190, latentDistance: 0.1234567, actionAccuracy: 0.5, ...measured },
    ],
    200,
  );
  expect(text.split('\n')[2]).toMatch(/^DITTO +190\.0 ± 1\.3 +95\.0 % +0\.1235 +50\.0 %$/);
  expect(text.split('\n')[1]).toMatch(/^expert +200\.0 ± 1\.3 +100\.0 %$/);
});

test('an option can be seen before the command line is parsed', () => {
  const commandLine = ['train', '--preset', 'nano', '--method=bc', '--', '--home', 'x'];
  expect(peekOption(commandLine, '--preset')).toBe('nano');
  expect(peekOption(commandLine, '--method')).toBe('bc');
  expect(peekOption(commandLine, '--home')).toBeUndefined();
});
