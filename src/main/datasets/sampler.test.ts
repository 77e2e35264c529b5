import { describe, expect } from 'vitest';
import type { SequenceBatch } from '../../shared/datasets';
import { Dataset } from './dataset';
import { StreamSampler } from './stream-sampler';
import { test } from './testing/fixture';
import { recordSynthetic } from './testing/synthetic';
import { WindowSampler } from './window-sampler';

interface Step {
  episode: number;
  t: number;
}

/**
 * The golden check for off-by-one errors: pixels say which (episode, t) a step is, and the action taken after seeing t
 * is t, so every other field of the batch follows from the pixels.
 */
function decode({ batch, length, observations, actions, previousActions, isFirst }: SequenceBatch): Step[][] {
  const frame = observations.length / (batch * length);
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length }, (_, column) => {
      const at = row * length + column;
      const pixels = observations.subarray(at * frame, (at + 1) * frame);
      const step = { episode: pixels[0]!, t: pixels[1]! + 256 * pixels[2]! };
      expect(actions[at]).toBe(step.t);
      expect(previousActions[at]).toBe(step.t - 1);
      expect(isFirst[at]).toBe(step.t === 0 ? 1 : 0);
      return step;
    }),
  );
}

const key = ({ episode, t }: Step): string => `${episode}:${t}`;

describe('WindowSampler', () => {
  const LENGTHS = [12, 3, 8, 290, 7];

  test('draws aligned windows within one long enough episode', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS, { chunkBytes: 60 });
    const sampler = new WindowSampler(dataset, { seed: 1, batch: 16, length: 8 });
    const starts = new Set<string>();
    for (let step = 0; step < 100; step++) {
      const batch = await sampler.sample(step);
      expect(batch).toMatchObject({ batch: 16, length: 8, startsEpoch: true });
      for (const row of decode(batch)) {
        const [{ episode, t }] = row as [Step];
        expect(row).toEqual(row.map((_, offset) => ({ episode, t: t + offset })));
        expect([0, 2, 3]).toContain(episode);
        starts.add(key({ episode, t }));
      }
    }
    // The first and the last window of each episode are among them.
    for (const [episode, t] of [
      [0, 0],
      [0, 4],
      [2, 0],
      [3, 0],
      [3, 282],
    ] as const) {
      expect(starts).toContain(key({ episode, t }));
    }
  });

  test('draws every window equally often', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, [6, 4, 9]);
    const sampler = new WindowSampler(dataset, { seed: 3, batch: 100, length: 4 });
    const counts = new Map<string, number>();
    for (let step = 0; step < 100; step++) {
      for (const [first] of decode(await sampler.sample(step))) {
        counts.set(key(first!), (counts.get(key(first!)) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(3 + 1 + 6);
    // 1000 expected, standard deviation 30.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('is a pure function of seed and step', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const options = { seed: 5, batch: 4, length: 6 };
    const one = new WindowSampler(dataset, options);
    await one.sample(0);
    const resumed = new WindowSampler(await Dataset.open(folder, { cacheBytes: 0 }), options);
    expect(await resumed.sample(41)).toEqual(await one.sample(41));
    expect(await one.sample(42)).not.toEqual(await one.sample(41));
    expect(await new WindowSampler(dataset, { ...options, seed: 6 }).sample(41)).not.toEqual(
      await one.sample(41),
    );
  });

  test('keeps to the chosen episodes', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const sampler = new WindowSampler(dataset, { seed: 1, batch: 50, length: 5, episodes: [4, 0] });
    const seen = new Set(decode(await sampler.sample(0)).map(([first]) => first!.episode));
    expect([...seen].sort()).toEqual([0, 4]);
  });

  test('says what to do when nothing can be drawn', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const create = (changes: object): (() => unknown) => {
      return () => new WindowSampler(dataset, { seed: 1, batch: 2, length: 8, ...changes });
    };
    expect(create({ episodes: [1, 4] })).toThrow(
      /has 8 steps \(the longest has 7\): choose a shorter sequence length/,
    );
    expect(create({ episodes: [] })).toThrow(/No episodes .* choose at least one of its 5/);
    expect(create({ episodes: [5] })).toThrow(/no episode 5: choose from 0 to 4/);
    expect(create({ batch: 0 })).toThrow(/A batch of 0 sequences/);
  });
});

describe('StreamSampler', () => {
  const LENGTHS = [12, 3, 8, 31, 10];

  test('visits every step of an epoch once, in consecutive chunks of equidistant streams', async ({
    folder,
  }) => {
    const dataset = await recordSynthetic(folder, LENGTHS, { chunkBytes: 60 });
    const sampler = new StreamSampler(dataset, { seed: 1, batch: 4, length: 4 });
    expect(sampler.batchesPerEpoch).toBe(4);
    const ring = LENGTHS.flatMap((length, episode) => Array.from({ length }, (_, t) => key({ episode, t })));
    const offsets = new Set<number>();
    for (let epoch = 0; epoch < 6; epoch++) {
      const streams: string[][] = [[], [], [], []];
      for (let turn = 0; turn < 4; turn++) {
        const batch = await sampler.sample(epoch * 4 + turn);
        expect(batch.startsEpoch).toBe(turn === 0);
        decode(batch).forEach((row, stream) => streams[stream]!.push(...row.map(key)));
      }
      const offset = ring.indexOf(streams[0]![0]!);
      offsets.add(offset);
      const rolled = [...ring.slice(offset), ...ring.slice(0, offset)];
      expect(streams.flat()).toEqual(rolled);
    }
    expect(offsets.size).toBeGreaterThan(3);
  });

  test('marks the episode starts that its rows cross', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const sampler = new StreamSampler(dataset, { seed: 2, batch: 1, length: 64 });
    const batch = await sampler.sample(0);
    decode(batch);
    expect(batch.isFirst.reduce((sum, first) => sum + first)).toBe(LENGTHS.length);
  });

  test('is a pure function of seed and step', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const options = { seed: 5, batch: 3, length: 5 };
    const one = new StreamSampler(dataset, options);
    for (let step = 0; step < 9; step++) await one.sample(step);
    const resumed = new StreamSampler(await Dataset.open(folder, { cacheBytes: 0 }), options);
    for (const step of [9, 10, 11, 12]) expect(await resumed.sample(step)).toEqual(await one.sample(step));
  });

  test('keeps to the chosen episodes, and wraps around a ring shorter than a batch', async ({ folder }) => {
    const dataset = await recordSynthetic(folder, LENGTHS);
    const sampler = new StreamSampler(dataset, { seed: 1, batch: 2, length: 15, episodes: [4, 1] });
    expect(sampler.batchesPerEpoch).toBe(1);
    const ring = [4, 1].flatMap((episode) =>
      Array.from({ length: LENGTHS[episode]! }, (_, t) => key({ episode, t })),
    );
    const [first, second] = decode(await sampler.sample(0)).map((row) => row.map(key)) as [
      string[],
      string[],
    ];
    const position = ring.indexOf(first[0]!);
    first.forEach((step, index) => expect(step).toBe(ring[(position + index) % 13]));
    second.forEach((step, index) => expect(step).toBe(ring[(position + 6 + index) % 13]));
  });
});
