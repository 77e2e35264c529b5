/** An SVG path through the middle of each step's column, 0 at the bottom and `top` at the top of a box of height 1. */
export function distanceLine(distances: readonly number[], top: number): string {
  let path = '';
  let isBroken = true;
  distances.forEach((distance, index) => {
    if (!Number.isNaN(distance)) {
      path += `${isBroken ? 'M' : 'L'}${index + 0.5} ${(1 - distance / top).toFixed(4)}`;
    }
    isBroken = Number.isNaN(distance);
  });
  return path;
}

/** The next number of the form 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-6))!;
}
