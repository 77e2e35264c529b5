import { expect, test } from 'vitest';
import { placeWindow } from './window-place';

const left = { x: 0, y: 24, width: 1920, height: 1056 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };
const window = { x: 2000, y: 100, width: 1200, height: 820 };

test('a window comes back to where it was', () => {
  expect(placeWindow(window, [left, right])).toEqual(window);
});

test('a window whose screen was taken away does not open out of sight', () => {
  expect(placeWindow(window, [left])).toBeUndefined();
});

test.each([
  ['below', { y: 1060 }],
  ['above', { y: -200 }],
  ['left of', { x: -1150 }],
])('nor one whose title bar is %s every screen', (_where, change) => {
  expect(placeWindow({ ...window, x: 100, ...change }, [left])).toBeUndefined();
});

test('a window half out of sight is left there, and one larger than the screen made smaller', () => {
  expect(placeWindow({ ...window, x: -900 }, [left])).toEqual({ ...window, x: -900 });
  expect(placeWindow({ x: 0, y: 24, width: 4000, height: 3000 }, [left])).toEqual(left);
});
