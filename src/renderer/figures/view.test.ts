import { expect, test } from 'vitest';
import { figureAddress, readView, viewParameters, type FigureView } from './view';

const read = (query: string) => readView(new URLSearchParams(query));

test('an address without anything has the defaults, and writes nothing of them', () => {
  const view = read('');
  expect(view).toMatchObject({
    kind: 'learning-curve',
    size: 'double-column',
    groupSeeds: true,
    dotsPerInch: 300,
  });
  expect(Object.values(viewParameters(view)).filter((value) => value !== undefined)).toEqual([]);
});

test('what is written into an address is read from it', () => {
  const view: FigureView = {
    kind: 'latent-distance',
    runIds: ['run-1', 'run-2'],
    metrics: ['validation/latentDistance', 'reward'],
    size: 'slide',
    fontSize: 9.5,
    height: 2.25,
    heading: false,
    title: 'A & B?',
    smoothing: 0.5,
    groupSeeds: false,
    band: 'range',
    range: { from: 10, to: 20.5 },
    marks: 'bars',
    measure: 'actionAccuracy',
    columns: 7,
    dotsPerInch: 600,
  };
  const address = figureAddress(view);
  expect(address).toMatch(/^#\/figures\?/);
  expect(read(address.slice('#/figures?'.length))).toEqual(view);
});

test('no runs at all are something else than the usual ones', () => {
  expect(read('runs=').runIds).toEqual([]);
  expect(read('').runIds).toBeUndefined();
  expect(figureAddress({ runIds: [] })).toBe('#/figures?runs=');
});

test('what is wrong in an address is left out', () => {
  const view = read(
    'kind=pie&runs=../x,good-run&size=poster&font=99&height=-1&smoothing=2&from=5&to=1&dpi=1.5&columns=x',
  );
  expect(view).toEqual({ ...read(''), runIds: ['good-run'] });
});
