import { expect, test } from 'vitest';
import { listedEpisodes, type SortKey } from './list-order';

const dataset = {
  episodes: {
    lengths: Int32Array.of(30, 10, 20, 10),
    returns: Float64Array.of(1, -4, 9, 2),
    terminated: new Uint8Array(4),
    recordings: new Int32Array(4),
  },
  flags: [
    { episode: 1, note: '', date: '' },
    { episode: 3, note: '', date: '' },
  ],
};

test.for<[SortKey, boolean, boolean, number[]]>([
  ['number', false, false, [0, 1, 2, 3]],
  ['number', true, false, [3, 2, 1, 0]],
  ['return', false, false, [1, 0, 3, 2]],
  ['return', true, false, [2, 3, 0, 1]],
  ['length', false, false, [1, 3, 2, 0]],
  ['length', true, true, [1, 3]],
])('by %s, descending %s, flagged only %s', ([sort, descending, flaggedOnly, expected]) => {
  expect(listedEpisodes(dataset, { sort, descending, flaggedOnly })).toEqual(expected);
});
