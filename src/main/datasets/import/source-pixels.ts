import type { StudioError } from '../../../shared/errors';
import { numbersOf, type NpyArray } from './npy';

/** What a source's pixels are multiplied with to run to 255, 255 where they run to 1; null where they are bytes. */
export type PixelUnit = 1 | 255 | null;

const FLOATS = ['<f2', '<f4', '<f8'];

/**
 * Pixels as bytes; floating-point ones are rounded.
 * @param unit that of the source; found in these pixels if not known
 * @param refuse makes the error that says what is wrong
 */
export function readPixels(
  array: NpyArray,
  unit: PixelUnit | undefined,
  refuse: (problem: string) => StudioError,
): { pixels: Uint8Array; unit: PixelUnit } {
  if (array.type === '|u1') return { pixels: array.bytes, unit: null };
  if (!FLOATS.includes(array.type)) throw refuse(`are of type ${array.type}`);
  const numbers = numbersOf(array);
  const factor = unit ?? (numbers.every((number) => number <= 1) ? 255 : 1);
  const bound = 255 / factor;
  const pixels = new Uint8Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    if (!(number >= 0 && number <= bound)) {
      const range = unit ? `0 and ${bound} in the first of them` : '0 and 1, or 0 and 255';
      throw refuse(`hold ${number} where pixels lie between ${range}`);
    }
    pixels[index] = Math.round(number * factor);
  }
  return { pixels, unit: factor };
}

/** What that changes, in a sentence; none of bytes. */
export const pixelNotes = (unit: PixelUnit): string[] =>
  unit === null ? [] : [`Pixels of numbers from 0 to ${255 / unit} are rounded to bytes.`];
