/** The next number of the form 1, 2 or 5 times a power of ten: where an axis ends. */
export function ceilingOf(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-6))!;
}
