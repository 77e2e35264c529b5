import { describe, expect } from 'vitest';
import { Dataset } from './dataset';
import { histogram } from './histogram';
import { datasetStatistics, episodeThumbnails, frameRange } from './statistics';
import { test } from './testing/fixture';
import { recordSynthetic, SHAPE, syntheticEpisode } from './testing/synthetic';

const FRAME = SHAPE[0] * SHAPE[1] * SHAPE[2];

describe('histogram', () => {
  test('has round edges and counts every value once', () => {
    expect(histogram([0, 1, 2, 3, 10], { maximumBins: 5 })).toEqual({
      start: 0,
      width: 2,
      counts: [2, 2, 0, 0, 0, 1],
    });
    expect(histogram([-0.31, -0.3, 0.29], { maximumBins: 6 }).width).toBeCloseTo(0.1, 12);
    const values = Array.from({ length: 1000 }, (_, index) => Math.sin(index) * 300 + 17);
    const { start, width, counts } = histogram(values);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1000);
    expect(counts.length).toBeLessThanOrEqual(21);
    const first = values.filter((value) => value < start + width).length;
    expect(counts[0]).toBe(first);
  });

  test('puts a value that lies on an edge above it, whatever the rounding', () => {
    expect(histogram([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], { maximumBins: 6 }).counts).toEqual([
      1, 1, 1, 1, 1, 1, 1,
    ]);
  });

  test('keeps whole numbers whole', () => {
    expect(histogram([3, 4, 4, 5], { integers: true })).toEqual({ start: 3, width: 1, counts: [1, 2, 1] });
  });

  test.for([[[200, 200]], [[0]], [[-1.5, -1.5, -1.5]], [[1e-30]]])(
    'of equal values %o has one bin',
    ([values]) => {
      const { start, width, counts } = histogram(values!);
      expect(counts).toEqual([values!.length]);
      expect(start).toBeLessThanOrEqual(values![0]!);
      expect(start + width).toBeGreaterThan(values![0]!);
    },
  );

  test('of nothing is empty', () => {
    expect(histogram([])).toEqual({ start: 0, width: 1, counts: [] });
  });
});

test('statistics are those of the episodes', async ({ folder }) => {
  const lengths = [4, 9, 4, 30];
  const dataset = await recordSynthetic(folder, lengths);
  const statistics = datasetStatistics(dataset);
  expect(statistics.lengths).toMatchObject({ minimum: 4, maximum: 30, mean: 47 / 4, median: 6.5 });
  const returns = lengths.map((length, index) =>
    syntheticEpisode(index, length).rewards.reduce((sum, reward) => sum + reward, 0),
  );
  expect(statistics.returns!.maximum).toBeCloseTo(Math.max(...returns), 12);
  expect(statistics.returns!.mean).toBeCloseTo(returns.reduce((sum, value) => sum + value) / 4, 12);
  // Action t is taken once by each episode that is longer than t.
  expect(statistics.actionCounts.slice(0, 31)).toEqual(
    Array.from({ length: 31 }, (_, t) => lengths.filter((length) => length > t).length),
  );
  expect(statistics.terminatedEpisodes).toBe(2);
});

test('an empty dataset has none', async ({ folder }) => {
  const dataset = await recordSynthetic(folder, []);
  expect(datasetStatistics(dataset)).toMatchObject({ returns: null, lengths: null, terminatedEpisodes: 0 });
});

describe('frames', () => {
  test('thumbnails run from the first frame to the last', async ({ folder }) => {
    await recordSynthetic(folder, [7, 31, 2], { chunkBytes: 50 });
    const dataset = await Dataset.open(folder, { cacheBytes: 0 });
    const strip = await episodeThumbnails(dataset, 1, 4);
    expect(strip.steps).toEqual([0, 10, 20, 30]);
    expect(strip.shape).toEqual(SHAPE);
    const { observations } = syntheticEpisode(1, 31);
    const expected = strip.steps.flatMap((t) => [...observations.subarray(t * FRAME, (t + 1) * FRAME)]);
    expect([...strip.pixels]).toEqual(expected);
    expect((await episodeThumbnails(dataset, 2, 4)).steps).toEqual([0, 1]);
    expect((await episodeThumbnails(dataset, 1, 1)).steps).toEqual([0]);
  });

  test('a range is exactly its steps', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, [7, 31], { chunkBytes: 50 });
    const strip = await frameRange(dataset, 1, 5, 12);
    expect(strip.steps).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect(strip.pixels).toEqual(syntheticEpisode(1, 31).observations.subarray(5 * FRAME, 12 * FRAME));
    await expect(frameRange(dataset, 1, 5, 32)).rejects.toThrow(RangeError);
    await expect(episodeThumbnails(dataset, 2, 4)).rejects.toThrow(RangeError);
  });
});
