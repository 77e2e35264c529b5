import { expect, test } from 'vitest';
import { resizeFrames } from './resize';

test('a whole number of pixels becomes their mean', () => {
  const frames = Uint8Array.of(0, 10, 100, 200, 20, 30, 101, 202);
  expect([...resizeFrames(frames, [2, 4, 1], 2)]).toEqual([5, 150, 25, 152]);
  expect([...resizeFrames(Uint8Array.of(0, 4, 2, 10), [2, 2, 1], 1)]).toEqual([4]);
});

test('a part of a pixel counts by its area', () => {
  // Three pixels to two: each new one covers one and a half old ones.
  expect([...resizeFrames(Uint8Array.of(0, 90, 240), [1, 3, 1], 1)]).toEqual([110]);
  const row = Uint8Array.of(0, 90, 240, 0, 90, 240, 0, 90, 240);
  expect([...resizeFrames(row, [3, 3, 1], 2)]).toEqual([30, 190, 30, 190]);
});

test('channels and frames stay apart', () => {
  const colours = Uint8Array.of(10, 100, 200, 20, 110, 210, 30, 120, 220, 40, 130, 230);
  expect([...resizeFrames(colours, [2, 2, 3], 1)]).toEqual([25, 115, 215]);
  const twice = Uint8Array.of(...colours, ...colours.map((value) => value + 1));
  expect([...resizeFrames(twice, [2, 2, 3], 1)]).toEqual([25, 115, 215, 26, 116, 216]);
});

test('the mean of a picture stays, whatever the sizes', () => {
  const frame = Uint8Array.from({ length: 84 * 160 }, (_, index) => (index * 37) % 251);
  const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean(resizeFrames(frame, [84, 160, 1], 64)) - mean(frame))).toBeLessThan(0.1);
});

test('the same size changes nothing', () => {
  const frame = Uint8Array.from({ length: 27 }, (_, index) => index * 9);
  expect(resizeFrames(frame, [3, 3, 3], 3)).toEqual(frame);
});
