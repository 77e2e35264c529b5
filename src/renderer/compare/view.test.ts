import { expect, test } from 'vitest';
import { compareAddress, readView, viewParameters, type CompareView } from './view';

const read = (query: string): CompareView => readView(new URLSearchParams(query));

test('a view that went through the address is the same view', () => {
  const view: CompareView = {
    metric: 'validation/loss',
    runIds: ['20261122-131405-agent-ab12', '20261122-131406-agent-cd34'],
    hidden: ['20261122-131406-agent-cd34'],
    colours: { '20261122-131405-agent-ab12': 3 },
    filter: 'DITTO & 50 % seed 1',
    smoothing: 0.85,
    groupSeeds: false,
    band: 'range',
    range: { from: 12.5, to: 400 },
    step: 77,
    sort: 'best',
    descending: true,
    focus: '20261122-131405-agent-ab12',
  };
  expect(read(compareAddress(view).split('?')[1]!)).toEqual(view);
  expect(compareAddress({})).toBe('#/compare');
});

test('what the address says wrong has its default', () => {
  const wrong =
    'runs=../etc,a,a&smoothing=7&band=wide&seeds=&from=9&to=3&step=-1&sort=colour&hidden=%00&colours=a:x,/:1';
  expect(read(wrong)).toEqual({ ...read(''), runIds: ['a'], smoothing: 0.99 });
});

test('what has its default again leaves the address', () => {
  const defaults = read('');
  expect(new Set(Object.values(viewParameters(defaults)))).toEqual(new Set([undefined]));
});
