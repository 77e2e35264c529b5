import { describe, expect, test } from 'vitest';
import {
  interquartileMean,
  meanAndStandardError,
  protocolScore,
  rankCorrelation,
  stratifiedBootstrap,
} from './statistics';

// test/parity/statistics.test.ts compares with SciPy and rliable.

describe("the paper's protocol", () => {
  test('is the mean and standard error over all simulations of all steps', () => {
    const returns = [
      [1, 2, 3],
      [5, 6, 7],
    ];
    // Of 1 2 3 5 6 7: mean 4, squared deviations 9 4 1 1 4 9.
    const score = protocolScore(returns);
    expect(score.mean).toBe(4);
    expect(score.standardError).toBeCloseTo(Math.sqrt(28 / 5 / 6), 12);
    // Of the means 2 and 6.
    expect(score.standardErrorOfSteps).toBeCloseTo(Math.sqrt(8 / 2), 12);
  });

  test('has no error that one simulation could tell', () => {
    expect(protocolScore([[3]])).toEqual({ mean: 3, standardError: 0, standardErrorOfSteps: 0 });
    expect(meanAndStandardError([2])).toEqual({ mean: 2, standardError: 0 });
  });
});

describe('the interquartile mean', () => {
  test.each([
    [[4, 1, 3, 2], 2.5],
    // A quarter of 7 is 1 when rounded down.
    [[100, 1, 2, 3, 4, 5, -100], 3],
    [[7], 7],
    [[1, 2, 30], 11],
  ])('of %j is %d', (values, expected) => {
    expect(interquartileMean(values)).toBeCloseTo(expected, 12);
  });

  test('orders by number, and leaves its argument as it was', () => {
    const values = [10, 9, 2, 1];
    expect(interquartileMean(values)).toBe(5.5);
    expect(values).toEqual([10, 9, 2, 1]);
  });
});

describe('the stratified bootstrap', () => {
  const mean = (values: readonly number[]): number => meanAndStandardError(values).mean;

  test('resamples within each task', () => {
    const scores = [
      [0, 1],
      [100, 101],
    ];
    const seen = new Set<number>();
    const interval = stratifiedBootstrap(
      scores,
      (values) => {
        seen.add(mean(values));
        return mean(values);
      },
      { repetitions: 500 },
    );
    // Two runs of each task, each in all its four combinations, and never two of one task's for the other's.
    expect([...seen].sort((a, b) => a - b)).toEqual([50, 50.25, 50.5, 50.75, 51]);
    // One of 16 resamples is at either end, which is more than 2.5 %.
    expect(interval).toEqual({ estimate: 50.5, lower: 50, upper: 51 });
  });

  test('cuts the tails that the confidence leaves', () => {
    // One run of ten is high: the mean of a resample counts it as often as a binomial variable with n = 10, p = 0.1.
    const scores = [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]];
    const interval = (confidence: number) => stratifiedBootstrap(scores, mean, { confidence });
    // P(0) = 0.349, P(≤ 1) = 0.736, P(≤ 2) = 0.930, P(≤ 3) = 0.987
    expect(interval(0.95)).toEqual({ estimate: 0.1, lower: 0, upper: 0.3 });
    expect(interval(0.8)).toMatchObject({ lower: 0, upper: 0.2 });
    expect(interval(0.4)).toMatchObject({ lower: 0, upper: 0.1 });
  });

  test('equal seeds give equal intervals', () => {
    const scores = [[1, 5, 2, 8, 3]];
    const of = (seed: number) => stratifiedBootstrap(scores, mean, { seed, repetitions: 50 });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});

describe('the rank correlation', () => {
  test('sees order and nothing else', () => {
    expect(
      rankCorrelation([
        [1, 1],
        [2, 10],
        [3, 100],
      ]),
    ).toBe(1);
    expect(
      rankCorrelation([
        [1, 5],
        [2, 4],
        [9, -3],
      ]),
    ).toBe(-1);
    // Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 · 4 / (4 · 15).
    expect(
      rankCorrelation([
        [1, 20],
        [2, 10],
        [3, 40],
        [4, 30],
      ]),
    ).toBeCloseTo(0.6, 12);
  });

  test('gives equal values the mean of their ranks', () => {
    // Ranks 1 2.5 2.5 4 against 1 2 3 4.
    expect(
      rankCorrelation([
        [1, 1],
        [2, 2],
        [2, 3],
        [5, 4],
      ]),
    ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  test('is not a number where there is no order', () => {
    expect(
      rankCorrelation([
        [1, 1],
        [1, 2],
      ]),
    ).toBeNaN();
    expect(rankCorrelation([[1, 1]])).toBeNaN();
  });
});
