import { expect, test } from 'vitest';
import { scalesOf, valueRange } from './draw-lines';
import type { ChartLine } from './lines';

const steps = Float64Array.of(0, 10, 20, 30);
const curve = (...values: number[]) => ({ steps, values: Float64Array.from(values) });
const line = (rest: Partial<ChartLine>): ChartLine => ({
  ...{ key: 'one', runIds: ['one'], label: 'one', colour: 0 },
  ...{ main: curve(1, 2, NaN, 4), measured: null, band: null },
  ...rest,
});

test('the values that are shown reach to the next point beyond either edge, to what was measured, and to the bands', () => {
  const all = { from: 0, to: 30 };
  expect(valueRange([line({})], all)).toEqual({ from: 1, to: 4 });
  expect(valueRange([line({ main: curve(9, 2, 3, 9) })], { from: 12, to: 18 })).toEqual({ from: 2, to: 3 });
  expect(valueRange([line({ measured: curve(0, 2, 2, 5) })], all)).toEqual({ from: 0, to: 5 });
  const band = { low: curve(-1, 1, 1, 1).values, high: curve(2, 2, 2, 7).values };
  expect(valueRange([line({ band })], all)).toEqual({ from: -1, to: 7 });
  expect(valueRange([line({ main: curve(NaN, NaN, NaN, NaN) })], all)).toBeUndefined();
  expect(valueRange([], all)).toBeUndefined();
});

test('steps run to the right and values up, from edge to edge of the plot', () => {
  const { x, y } = scalesOf({
    ...{ left: 40, top: 10, width: 200, height: 100 },
    ...{ steps: { from: 100, to: 300 }, values: { from: -1, to: 1 } },
  });
  expect([x(100), x(200), x(300)]).toEqual([40, 140, 240]);
  expect([y(-1), y(0), y(1)]).toEqual([110, 60, 10]);
});
