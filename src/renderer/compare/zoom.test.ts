import { expect, test } from 'vitest';
import { clamp, pan, rangeToLoad, widthOf, zoom } from './zoom';

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

test('more is loaded than is shown, and the same while the range moves a little', () => {
  const questions = new Set<string>();
  for (let from = 5000; from < 6000; from += 10) {
    const range = { from, to: from + 1000 };
    const loaded = rangeToLoad(range);
    expect(loaded.from).toBeLessThanOrEqual(range.from - 250);
    expect(loaded.to).toBeGreaterThanOrEqual(range.to + 250);
    expect(widthOf(loaded)).toBeLessThanOrEqual(3000);
    questions.add(JSON.stringify(loaded));
  }
  expect(questions.size).toBeLessThan(12);
  expect(rangeToLoad({ from: 0, to: 3 }).from).toBe(0);
});
