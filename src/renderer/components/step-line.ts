/**
 * An SVG path through the middle of each step's column, 0 at the bottom and `top` at the top of a box of height 1; NaN
 * leaves a gap.
 */
export function stepLine(values: ArrayLike<number>, top: number): string {
  let path = '';
  let isBroken = true;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isNaN(value)) {
      path += `${isBroken ? 'M' : 'L'}${index + 0.5} ${(1 - value / top).toFixed(4)}`;
    }
    isBroken = Number.isNaN(value);
  }
  return path;
}
