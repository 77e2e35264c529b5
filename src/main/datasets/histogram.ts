import type { Distribution, Histogram } from '../../shared/dataset-statistics';

const DEFAULT_BINS = 20;

/** The smallest of 1, 2 and 5 times a power of ten that is not below `least`, so that bin edges are round numbers. */
function roundWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= least * (1 - 1e-9))!;
}

/** At most `maximumBins` + 1 bins (round edges may need one more); whole-numbered edges for `integers`. */
export function histogram(
  values: readonly number[],
  { maximumBins = DEFAULT_BINS, integers = false } = {},
): Histogram {
  if (values.length === 0) return { start: 0, width: 1, counts: [] };
  const { minimum, maximum } = range(values);
  // A spread below the numbers' own precision is none.
  const least = Math.max((maximum - minimum) / maximumBins, Math.abs(maximum) * 1e-9, integers ? 1 : 1e-12);
  const width =
    maximum === minimum ? roundWidth(integers ? 1 : Math.abs(maximum) / 100 || 1) : roundWidth(least);
  const start = Math.floor(minimum / width) * width;
  const bin = (value: number): number => Math.max(0, Math.floor((value - start) / width + 1e-9));
  const counts = new Array<number>(bin(maximum) + 1).fill(0);
  for (const value of values) counts[bin(value)]!++;
  return { start, width, counts };
}

export function distribution(
  values: readonly number[],
  options?: { maximumBins?: number; integers?: boolean },
): Distribution | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { ...range(values), mean, median, histogram: histogram(values, options) };
}

function range(values: readonly number[]): { minimum: number; maximum: number } {
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  return { minimum, maximum };
}
