import { expect, test } from 'vitest';
import { atariView } from './atari-view';

test('a screen is seen as NumPy, SciPy’s imresize and Pillow 12 show it to the experts', () => {
  const pixels = Uint8Array.from({ length: 210 * 160 * 3 }, (_, i) => {
    return (Math.floor((i * i * 31 + 7 * i) / 11) % 201) + 20;
  });
  const view = atariView({ shape: [210, 160, 3], pixels });
  // Made by: imresize(screen[35:195].mean(2), (80, 80)).
  expect([...view.subarray(0, 12)]).toEqual([127, 133, 120, 137, 131, 159, 136, 134, 162, 125, 123, 107]);
  const middle = 40 * 80 + 40;
  expect([...view.subarray(middle, middle + 12)]).toEqual([
    132, 140, 127, 121, 130, 122, 127, 143, 136, 126, 141, 105,
  ]);
  expect([...view.subarray(-8)]).toEqual([159, 125, 143, 118, 106, 135, 105, 104]);
  expect(view.reduce((sum, value) => sum + value, 0)).toBe(842_867);
});

test('a screen of one colour is dark, and one of another size is refused', () => {
  const pixels = new Uint8Array(210 * 160 * 3).fill(90);
  expect(atariView({ shape: [210, 160, 3], pixels })).toEqual(new Uint8Array(80 * 80));
  expect(() => atariView({ shape: [250, 80, 3], pixels })).toThrow(/this is \[250, 80, 3\]/);
});
