import { expect, test } from 'vitest';
import { clamp, pan, zoom } from './zoom';

const whole = { from: 100, to: 1100 };

test('zooming keeps the step under the mouse where it is, and ends at the whole', () => {
  const near = zoom(whole, whole, 350, 2)!;
  expect(near).toEqual({ from: 225, to: 725 });
  expect((350 - near.from) / (near.to - near.from)).toBeCloseTo(0.25, 12);
  expect(zoom(near, whole, 350, 1 / 3)).toBeUndefined();
  expect(zoom(near, whole, 350, 1e9)).toEqual({ from: 349.5, to: 351.5 });
});

test('moving stops at either end without becoming narrower', () => {
  const range = { from: 200, to: 400 };
  expect(pan(range, whole, 0.5)).toEqual({ from: 300, to: 500 });
  expect(pan(range, whole, -3)).toEqual({ from: 100, to: 300 });
  expect(pan(range, whole, 30)).toEqual({ from: 900, to: 1100 });
  expect(clamp({ from: 0, to: 5000 }, whole)).toBeUndefined();
});
