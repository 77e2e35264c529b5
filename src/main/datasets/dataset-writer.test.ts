import { existsSync } from 'node:fs';
import { readdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { describeError, StudioError } from '../../shared/errors';
import { Dataset } from './dataset';
import { DatasetWriter } from './dataset-writer';
import { test } from './testing/fixture';
import {
  recordSynthetic,
  syntheticDescription,
  syntheticEpisode,
  syntheticLength,
} from './testing/synthetic';

const weak = { environment: 'counter', recording: { policy: 'weak', noise: 0.25, seed: 100 } };

describe('appending', () => {
  test('continues a dataset with another policy', async ({ folder }) => {
    await recordSynthetic(folder, [9, 30], { chunkBytes: 100 });
    const writer = await DatasetWriter.open(folder, weak);
    await writer.append(syntheticEpisode(2, 40));
    writer.startRecording({ policy: 'random', noise: 1, seed: 200 });
    await writer.append(syntheticEpisode(3, 3));
    await writer.append(syntheticEpisode(4, 8));
    await writer.close();
    const dataset = await Dataset.open(folder);
    expect(dataset.metadata).toEqual(writer.metadata);
    expect(
      dataset.metadata.recordings.map(({ policy, episodes, steps }) => [policy, episodes, steps]),
    ).toEqual([
      ['expert', 2, 39],
      ['weak', 1, 40],
      ['random', 2, 11],
    ]);
    for (const [index, length] of [9, 30, 40, 3, 8].entries()) {
      expect(await dataset.episode(index)).toEqual(syntheticEpisode(index, length));
    }
    await dataset.verify();
  });

  test('goes on with the recording that was interrupted', async ({ folder }) => {
    const whole = await recordSynthetic(`${folder}-whole`, [9, 30, 4]);
    await recordSynthetic(folder, [9, 30]);
    const recording = { policy: 'expert', noise: 0, seed: 9 };
    const writer = await DatasetWriter.open(folder, { environment: 'counter', recording });
    await writer.append(syntheticEpisode(2, 4));
    expect((await Dataset.open(folder)).metadata.recordings).toEqual(whole.metadata.recordings);
  });

  test('keeps recordings of other stickiness apart', async ({ folder }) => {
    const recording = { policy: 'expert', noise: 0, stickiness: 0.25, seed: 9 };
    await recordSynthetic(folder, [9, 30]);
    for (const seed of [9, 10]) {
      const writer = await DatasetWriter.open(folder, {
        environment: 'counter',
        recording: { ...recording, seed },
      });
      await writer.append(syntheticEpisode(2, 4));
    }
    const { recordings } = (await Dataset.open(folder)).metadata;
    expect(recordings.map(({ stickiness, episodes }) => [stickiness, episodes])).toEqual([
      [undefined, 2],
      [0.25, 2],
    ]);
  });

  test('gives the same hash and statistics whatever the chunks and the sittings', async ({ folder }) => {
    const lengths = [9, 30, 40, 3];
    const whole = await recordSynthetic(`${folder}-whole`, lengths);
    await recordSynthetic(folder, lengths.slice(0, 1), { chunkBytes: 50 });
    for (const [index, length] of [...lengths.entries()].slice(1)) {
      const writer = await DatasetWriter.open(folder, weak);
      await writer.append(syntheticEpisode(index, length));
      await writer.close();
    }
    const { metadata } = await Dataset.open(folder);
    for (const key of ['contentHash', 'pixelMean', 'pixelStandardDeviation', 'pixelSumOfSquares'] as const) {
      expect(metadata[key]).toBe(whole.metadata[key]);
    }
  });

  test('gives another hash to other content', async ({ folder }) => {
    const hashes = new Set<string>();
    const variants = [[3, 4], [4, 3], [7], [3, 4, 1]];
    for (const [index, lengths] of variants.entries()) {
      hashes.add((await recordSynthetic(`${folder}-${index}`, lengths)).metadata.contentHash);
    }
    const episode = syntheticEpisode(0, 7);
    for (const change of [{ terminated: false }, { truncated: true }, { rewards: new Float32Array(7) }]) {
      const writer = await DatasetWriter.create(`${folder}-${hashes.size}-changed`, syntheticDescription());
      await writer.append({ ...episode, ...change });
      hashes.add(writer.metadata.contentHash);
    }
    expect(hashes.size).toBe(variants.length + 3);
  });

  test('is seen by a reader that opens meanwhile', async ({ folder }) => {
    const writer = await DatasetWriter.create(folder, syntheticDescription(), { chunkBytes: 100 });
    const readers: Dataset[] = [];
    for (let index = 0; index < 5; index++) {
      await writer.append(syntheticEpisode(index, syntheticLength(index)));
      readers.push(await Dataset.open(folder));
    }
    for (const [before, reader] of readers.entries()) {
      expect(reader.episodes).toHaveLength(before + 1);
      await reader.verify();
    }
  });

  test('refuses another environment', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    const opening = DatasetWriter.open(folder, { ...weak, environment: 'balance' });
    await expect(opening).rejects.toThrow(/holds environment "counter", not "balance": append to another/);
  });
});

describe('what is refused', () => {
  test('a folder with files in it', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await expect(DatasetWriter.create(folder, syntheticDescription())).rejects.toThrow(
      /is not empty: choose another name/,
    );
  });

  test('a description out of bounds', async ({ folder }) => {
    const creating = DatasetWriter.create(folder, syntheticDescription({ name: '' }));
    await expect(creating).rejects.toThrow(StudioError);
    expect(existsSync(folder)).toBe(false);
  });

  test('an episode that does not fit, without a trace', async ({ folder }) => {
    const writer = await DatasetWriter.create(folder, syntheticDescription());
    await writer.append(syntheticEpisode(0, 5));
    const good = syntheticEpisode(1, 4);
    for (const [change, problem] of [
      [syntheticEpisode(1, 0), /has no steps/],
      [{ ...good, rewards: new Float32Array(3) }, /4 actions but 3 rewards/],
      [{ ...good, observations: new Uint8Array(23) }, /23 observation bytes, not 4 steps of 2x3x1/],
      [{ ...good, actions: Int32Array.of(0, 1, 300, 2) }, /action 300, outside its 300 named actions/],
      [{ ...good, rewards: Float32Array.of(0, NaN, 0, 0) }, /not a finite number/],
    ] as const) {
      await expect(writer.append(change)).rejects.toThrow(problem);
    }
    await writer.append(good);
    await writer.close();
    await expect(writer.append(good)).rejects.toThrow(/closed/);
    const dataset = await Dataset.open(folder);
    expect(await dataset.episode(1)).toEqual(good);
    await dataset.verify();
  });
});

describe('a full disk', () => {
  const FULL = '/dev/full';

  test.skipIf(!existsSync(FULL)).for([
    ['observations', 'c.1.0.0.0'],
    ['actions', 'zarr.json'],
    ['.', 'zarr.json'],
    ['meta/episode_ends', 'c.0'],
    ['meta/episode_ends', 'zarr.json'],
  ] as const)('while writing %s/%s loses no complete episode', async ([array, file], { folder }) => {
    const writer = await DatasetWriter.create(folder, syntheticDescription(), { chunkBytes: 60 });
    await writer.append(syntheticEpisode(0, 7));
    const full = join(folder, array, `${file}.tmp`);
    // Writing to this device is what writing to a full disk is: ENOSPC from the kernel.
    await symlink(FULL, full);
    const error = await writer.append(syntheticEpisode(1, 35)).catch((thrown: unknown) => thrown);
    expect(describeError(error)).toMatch(/^The disk is full/);
    expect(existsSync(full)).toBe(false);
    const dataset = await Dataset.open(folder);
    expect(dataset.episodes).toHaveLength(1);
    await dataset.verify();

    await writer.append(syntheticEpisode(1, 12));
    const repaired = await Dataset.open(folder);
    expect(await repaired.episode(0)).toEqual(syntheticEpisode(0, 7));
    expect(await repaired.episode(1)).toEqual(syntheticEpisode(1, 12));
    expect(repaired.metadata).toEqual(writer.metadata);
    await repaired.verify();
  });

  test('leaves no half-written file behind', async ({ folder }) => {
    await recordSynthetic(folder, [3, 4]);
    const files = await readdir(folder, { recursive: true });
    expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  test('what a killed process left is overwritten', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    const left = join(folder, 'zarr.json.tmp');
    await writeFile(left, 'half');
    const writer = await DatasetWriter.open(folder, weak);
    await writer.append(syntheticEpisode(1, 3));
    await expect(unlink(left)).rejects.toThrow(/ENOENT/);
    await (await Dataset.open(folder)).verify();
  });
});
