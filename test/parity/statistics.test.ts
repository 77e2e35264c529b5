import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  interquartileMean,
  meanAndStandardError,
  rankCorrelation,
  stratifiedBootstrap,
  type Interval,
} from '../../src/main/learning/statistics';

/** What `make_statistics.py` made with rliable and SciPy. */
interface Reference {
  cases: {
    /** Of each task, a row of runs. */
    scores: number[][];
    interquartileMean: Interval & { confidence: number };
    mean: Interval & { confidence: number };
    standardError: number;
  }[];
  correlations: { pairs: [number, number][]; rankCorrelation: number }[];
}

const path = join(import.meta.dirname, 'golden/statistics.json');
const { cases, correlations } = JSON.parse(readFileSync(path, 'utf8')) as Reference;

const mean = (values: readonly number[]): number => meanAndStandardError(values).mean;

/**
 * rliable drew 20,000 resamples with other random numbers. Of a normal distribution, a bound of the 95 % interval then has
 * a standard error of 0.5 % of the interval's width.
 */
const REPETITIONS = 50_000;
const TOLERANCE = 0.02;

describe.each(
  cases.map((entry) => ({ ...entry, tasks: entry.scores.length, runs: entry.scores[0]!.length })),
)('$tasks tasks x $runs runs', (reference) => {
  test.each([
    ['interquartile mean', interquartileMean, reference.interquartileMean],
    ['mean', mean, reference.mean],
  ] as const)('the %s and its interval are those of rliable', (_, statistic, expected) => {
    const { confidence } = expected;
    const actual = stratifiedBootstrap(reference.scores, statistic, {
      confidence,
      repetitions: REPETITIONS,
    });
    expect(actual.estimate).toBeCloseTo(expected.estimate, 10);
    const width = expected.upper - expected.lower;
    expect(Math.abs(actual.lower - expected.lower) / width).toBeLessThan(TOLERANCE);
    expect(Math.abs(actual.upper - expected.upper) / width).toBeLessThan(TOLERANCE);
  });

  test('the standard error is that of SciPy', () => {
    const { standardError } = meanAndStandardError(reference.scores.flat());
    expect(standardError).toBeCloseTo(reference.standardError, 10);
  });
});

test.each(correlations)('the rank correlation is that of SciPy ($rankCorrelation)', (reference) => {
  expect(rankCorrelation(reference.pairs)).toBeCloseTo(reference.rankCorrelation, 10);
});
