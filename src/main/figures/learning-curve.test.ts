import { expect, test } from 'vitest';
import { seriesStyle } from '../../shared/palette';
import { randomGenerator } from '../../shared/random';
import { figureToSvg } from './files';
import type { CurveSeries } from './curve-panel';
import { curveFigure } from './learning-curve';
import { readSvgLines } from './test-support';

const origin = { software: 'DITTO Studio', runs: [], versions: [], request: '{}' };
const size = { width: 234, height: undefined, fontSize: 7.5, heading: false };
const draw = (series: readonly CurveSeries[]) =>
  curveFigure({
    ...{ title: 'Curves', subtitle: '', xTitle: 'Gradient steps', size, origin },
    panels: [{ title: 'Loss', series }],
  });
const random = randomGenerator(1, 'figure');
const noise = Array.from({ length: 1000 }, (_, x) => ({ x, y: random.normal() }));
const style = seriesStyle(0);

/** The line of a curve: after the one of the legend. */
const drawnCurve = (figure: ReturnType<typeof draw>) => readSvgLines(figureToSvg(figure), style.colour)[1]!;

test('a curve goes through every one of its points, also where many share a pixel', () => {
  const figure = draw([{ label: 'a', style, line: 'measured', points: noise }]);
  const [, ...drawn] = drawnCurve(figure);
  expect(drawn).toHaveLength(1000);
  expect(figure.table.rows.map((row) => [row[3], row[4]])).toEqual(noise.map(({ x, y }) => [x, y]));
  // From values to places: a scale and a shift, the same for all points.
  const [lowest, highest] = [...noise].sort((a, b) => a.y - b.y).filter((_, index) => index % 999 === 0);
  const perValue = (drawn[highest!.x]!.y - drawn[lowest!.x]!.y) / (highest!.y - lowest!.y);
  expect(perValue).toBeLessThan(0);
  const perStep = (drawn[999]!.x - drawn[0]!.x) / 999;
  for (const [index, { y }] of noise.entries()) {
    expect(drawn[index]!.y).toBeCloseTo(drawn[lowest!.x]!.y + perValue * (y - lowest!.y), 2);
    expect(drawn[index]!.x).toBeCloseTo(drawn[0]!.x + perStep * index, 2);
  }
});

test('a value that is no number is a gap', () => {
  const points = [1, NaN, 3, 4].map((y, x) => ({ x, y }));
  const svg = figureToSvg(draw([{ label: 'a', style, line: 'measured', points }]));
  const [path] = [...svg.matchAll(/ d="(M[^"]+)"/g)]
    .map(([, d]) => d!)
    .filter((d) => d.match(/M/g)!.length === 2);
  // A lone point first, then a line.
  expect(path!.match(/[ML]/g)!.join('')).toBe('MLMLL');
});

test('a smoothed curve stands above the faint one as measured', () => {
  const points = noise.map(({ x }) => ({ x, y: 0 }));
  const svg = figureToSvg(draw([{ label: 'a', style, line: 'smoothed', points, measured: noise }]));
  const [, faint, smoothed] = readSvgLines(svg, style.colour);
  expect(new Set(faint!.map(({ y }) => y)).size).toBeGreaterThan(900);
  expect(new Set(smoothed!.map(({ y }) => y)).size).toBe(1);
  const [opacity] = [...svg.matchAll(/stroke-opacity="([^"]+)"/g)].map(([, value]) => Number(value));
  expect(opacity).toBeCloseTo(0.3, 2);
});

test('a summary tells where each curve ends', () => {
  const points = [1, 2.5, NaN].map((y, x) => ({ x, y }));
  expect(draw([{ label: 'DITTO', style, line: 'measured', points }]).summary).toBe('Loss: DITTO 2.5 at 1');
});
