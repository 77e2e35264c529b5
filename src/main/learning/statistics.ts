import { randomGenerator } from '../../shared/random';

/** Mean and its standard error: the sample deviation over the root of the count; 0 for a single value. */
export function meanAndStandardError(values: readonly number[]): { mean: number; standardError: number } {
  const count = values.length;
  const mean = sum(values) / count;
  if (count < 2) return { mean, standardError: 0 };
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (count - 1);
  return { mean, standardError: Math.sqrt(variance / count) };
}

/** The middle value; of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** How a method did by the paper's protocol. */
export interface ProtocolScore {
  /** Over all simulations of all gradient steps. */
  mean: number;
  /** Of that mean, every simulation counted as independent of the others: the band of the paper's Figure 3. */
  standardError: number;
  /**
   * Of the gradient steps' means. The larger of the two is the safer one to believe: simulations of one policy are more
   * alike than those of several. The paper does not say which of both it shows.
   */
  standardErrorOfSteps: number;
}

/**
 * The paper's evaluation (Figure 3): the mean over 10 gradient steps x 20 simulations, ± 1 standard error, so that no
 * single lucky checkpoint decides.
 * @param returns of each gradient step's policy, a row of simulations each
 */
export function protocolScore(returns: readonly (readonly number[])[]): ProtocolScore {
  const steps = returns.map((row) => meanAndStandardError(row).mean);
  return {
    ...meanAndStandardError(returns.flat()),
    standardErrorOfSteps: meanAndStandardError(steps).standardError,
  };
}

/**
 * The mean of the middle half of the values (Agarwal et al. 2021): a quarter of them, rounded down, is left out at each
 * end. As `rliable` and SciPy's `trim_mean` compute it.
 */
export function interquartileMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 4);
  return sum(sorted.subarray(cut, sorted.length - cut)) / (sorted.length - 2 * cut);
}

export interface Interval {
  estimate: number;
  lower: number;
  upper: number;
}

/**
 * A percentile bootstrap interval of a statistic of all scores, stratified by task (Agarwal et al. 2021): each resample
 * draws, with replacement and within each task, as many runs as there are. As `rliable` computes it.
 * @param scores of each task, a row of runs each
 * @param options `confidence` as a share, e.g. 0.95; equal seeds give equal intervals
 */
export function stratifiedBootstrap(
  scores: readonly (readonly number[])[],
  statistic: (values: readonly number[]) => number,
  options: { confidence?: number; repetitions?: number; seed?: number } = {},
): Interval {
  const { confidence = 0.95, repetitions = 10_000, seed = 0 } = options;
  const random = randomGenerator(seed, 'bootstrap');
  const resampled = Float64Array.from({ length: repetitions }, () =>
    statistic(scores.flatMap((runs) => runs.map(() => runs[random.integer(runs.length)]!))),
  ).sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate: statistic(scores.flat()),
    lower: quantile(resampled, tail),
    upper: quantile(resampled, 1 - tail),
  };
}

/** Linearly interpolated, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/**
 * Spearman's rank correlation of paired values, from -1 to 1; equal values share the mean of their ranks.
 * NaN where either side has no two different values, as there is no order to compare.
 */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number {
  const first = ranks(pairs.map(([x]) => x));
  const second = ranks(pairs.map(([, y]) => y));
  const middle = (pairs.length + 1) / 2;
  const moment = (a: readonly number[], b: readonly number[]): number =>
    sum(a.map((rank, index) => (rank - middle) * (b[index]! - middle)));
  return moment(first, second) / Math.sqrt(moment(first, first) * moment(second, second));
}

/** 1 for the smallest value. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const index of order.slice(start, end)) ranked[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranked;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index]!;
  return total;
}
