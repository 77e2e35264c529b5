import type { Screen } from './environment';

/** The game without the scores above it and the rest below. */
const firstRow = 35;
const size = 160;
/** Side of what the experts see. */
export const viewSize = 80;

/**
 * A picture of an Atari game as the experts learned to see it: the mean of red, green and blue, stretched so that its
 * darkest and brightest pixels are 0 and 255, at half the size with Pillow's bilinear filter (weights 1, 3, 3, 1), rounded
 * to whole grey levels at each of these.
 * @param screen `[210, 160, 3]`
 * @returns `[80, 80]`
 */
export function atariView({ shape, pixels }: Screen): Uint8Array {
  if (shape[0] < firstRow + size || shape[1] !== size) {
    throw new Error(`A screen of an Atari game is [210, 160, 3], and this is [${shape.join(', ')}].`);
  }
  const grey = new Float64Array(size * size);
  const start = firstRow * size * 3;
  let darkest = 255;
  let brightest = 0;
  for (let at = 0; at < grey.length; at++) {
    const red = start + 3 * at;
    const value = (pixels[red]! + pixels[red + 1]! + pixels[red + 2]!) / 3;
    grey[at] = value;
    darkest = Math.min(darkest, value);
    brightest = Math.max(brightest, value);
  }
  const factor = brightest > darkest ? 255 / (brightest - darkest) : 0;
  for (let at = 0; at < grey.length; at++) grey[at] = Math.round((grey[at]! - darkest) * factor);
  return Uint8Array.from(halveRows(halveRows(grey, size), size));
}

/** Halves the length of rows `[rows, length]` and transposes: `[length / 2, rows]`. */
function halveRows(values: Float64Array, length: number): Float64Array {
  const rows = values.length / length;
  const half = length / 2;
  const halved = new Float64Array(rows * half);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < half; column++) {
      const middle = row * length + 2 * column;
      let sum = 3 * (values[middle]! + values[middle + 1]!);
      let weight = 6;
      if (column > 0) {
        sum += values[middle - 1]!;
        weight += 1;
      }
      if (column < half - 1) {
        sum += values[middle + 2]!;
        weight += 1;
      }
      halved[column * rows + row] = Math.round(sum / weight);
    }
  }
  return halved;
}
