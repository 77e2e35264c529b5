import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Episode } from '../../shared/datasets';
import { flagEpisodes, readFlags, unflagEpisodes } from './annotations';
import { Dataset } from './dataset';
import { DatasetWriter } from './dataset-writer';
import { deleteDataset, freeDatasetId } from './dataset-folders';
import { deleteEpisodes, mergeDatasets, splitDataset, trimEpisode } from './edits';
import { test } from './testing/fixture';
import { recordSynthetic, SHAPE, syntheticDescription, syntheticEpisode } from './testing/synthetic';

const LENGTHS = [5, 12, 3, 20, 8];
const target = { id: 'edited', name: 'Edited' };
const FRAME = SHAPE[0] * SHAPE[1] * SHAPE[2];

async function expectEpisodes(dataset: Dataset, expected: Episode[]): Promise<void> {
  expect(dataset.episodes).toHaveLength(expected.length);
  for (const [index, episode] of expected.entries()) expect(await dataset.episode(index)).toEqual(episode);
  await dataset.verify();
}

const originals = (indices: number[]): Episode[] =>
  indices.map((index) => syntheticEpisode(index, LENGTHS[index]!));

describe('trimming', () => {
  test('keeps the chosen steps of one episode, and the source', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const steps = { episode: 1, from: 3, to: 10 };
    const trimmed = await trimEpisode(dirname(folder), source, steps, target);
    const whole = syntheticEpisode(1, 12);
    const expected = originals([0, 1, 2, 3, 4]);
    expected[1] = {
      observations: whole.observations.subarray(3 * FRAME, 10 * FRAME),
      actions: Int32Array.of(3, 4, 5, 6, 7, 8, 9),
      rewards: whole.rewards.slice(3, 10),
      terminated: false,
      truncated: true,
    };
    await expectEpisodes(trimmed, expected);
    await expectEpisodes(await Dataset.open(folder), originals([0, 1, 2, 3, 4]));
    expect(trimmed.metadata).toMatchObject({ id: 'edited', name: 'Edited', environment: 'counter' });
    expect(trimmed.metadata.contentHash).not.toBe(source.metadata.contentHash);
    expect(trimmed.metadata.history).toMatchObject([
      {
        operation: 'trim',
        summary: 'Kept 7 of the 12 steps of episode 1, from step 3 on.',
        sources: [
          {
            name: source.metadata.id,
            hash: source.metadata.contentHash,
            episodes: [[0, 5]],
            trims: [steps],
          },
        ],
      },
    ]);
  });

  test('the start alone keeps how the episode ended', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const trimmed = await trimEpisode(dirname(folder), source, { episode: 2, from: 1, to: 3 }, target);
    expect(await trimmed.episode(2)).toMatchObject({ terminated: true, truncated: false });
  });

  test.for([
    [0, 13],
    [-1, 5],
    [5, 5],
    [1.5, 5],
  ] as const)('to %i to %i is refused', async ([from, to], { folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const trimming = trimEpisode(dirname(folder), source, { episode: 1, from, to }, target);
    await expect(trimming).rejects.toThrow(/cannot be kept: choose a start before the end, within its 12/);
    expect(await readdir(dirname(folder))).toEqual(['dataset']);
  });
});

describe('deleting episodes', () => {
  test('leaves the rest, with flags and recordings', async ({ folder }) => {
    const writer = await DatasetWriter.create(folder, syntheticDescription());
    for (const [index, length] of LENGTHS.entries()) {
      if (index === 3) writer.startRecording({ policy: 'weak', noise: 0.5, seed: 100 });
      await writer.append(syntheticEpisode(index, length));
    }
    await flagEpisodes(folder, [1], 'falls over');
    await flagEpisodes(folder, [4], 'stands still');
    const source = await Dataset.open(folder);
    const shorter = await deleteEpisodes(dirname(folder), source, [1, 3], target);
    await expectEpisodes(shorter, originals([0, 2, 4]));
    expect(await readFlags(shorter.folder)).toMatchObject([{ episode: 2, note: 'stands still' }]);
    const recordings = shorter.metadata.recordings.map(({ policy, seed, episodes }) => [
      ...[policy, seed, episodes],
    ]);
    expect(recordings).toEqual([
      ['expert', 7, 1],
      ['expert', 9, 1],
      ['weak', 101, 1],
    ]);
    expect(shorter.metadata.history[0]!.summary).toBe('Left out episodes 1 and 3 of 5.');
  });

  test('in place keeps the id', async ({ folder }) => {
    const id = 'dataset';
    const writer = await DatasetWriter.create(folder, syntheticDescription({ id }));
    for (const index of [0, 1, 2]) await writer.append(syntheticEpisode(index, LENGTHS[index]!));
    const source = await Dataset.open(folder);
    const edited = await deleteEpisodes(dirname(folder), source, [0], { id, name: 'Same', replace: true });
    expect(edited.folder).toBe(folder);
    await expectEpisodes(await Dataset.open(folder), originals([1, 2]));
    expect(await readdir(dirname(folder))).toEqual([id]);
  });

  test('refuses to leave none, and numbers that there are not', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const remove = (episodes: number[]) => deleteEpisodes(dirname(folder), source, episodes, target);
    await expect(remove([0, 1, 2, 3, 4])).rejects.toThrow(/would leave dataset "synthetic" empty/);
    await expect(remove([1, 5])).rejects.toThrow(/has no episode 5: choose from 0 to 4/);
    await expect(remove([])).rejects.toThrow(/Choose at least one episode/);
  });
});

describe('splitting', () => {
  const targets = [
    { id: 'train', name: 'Train' },
    { id: 'test', name: 'Test' },
  ] as const;

  test('shares the episodes out', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const progress: number[] = [];
    const onProgress = (done: number): void => void progress.push(done);
    const [train, rest] = await splitDataset(dirname(folder), source, [4, 0, 1], targets, { onProgress });
    await expectEpisodes(train, originals([0, 1, 4]));
    await expectEpisodes(rest, originals([2, 3]));
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    expect(train.metadata.history[0]!.sources[0]!.episodes).toEqual([
      [0, 2],
      [4, 5],
    ]);
  });

  test('that fails for the second part leaves no first', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const clash = [targets[0], { id: 'dataset', name: 'Taken' }] as const;
    await expect(splitDataset(dirname(folder), source, [0], clash)).rejects.toThrow(
      /a dataset "dataset" already/,
    );
    expect(await readdir(dirname(folder))).toEqual(['dataset']);
    await expect(splitDataset(dirname(folder), source, [0, 1, 2, 3, 4], targets)).rejects.toThrow(
      /leaves nothing for the second part/,
    );
  });
});

describe('merging', () => {
  test('joins in order and remembers both histories', async ({ folder }) => {
    const parent = dirname(folder);
    const source = await recordSynthetic(folder, LENGTHS);
    const [one, two] = await splitDataset(
      parent,
      source,
      [1, 3],
      [
        { id: 'one', name: 'One' },
        { id: 'two', name: 'Two' },
      ],
    );
    const merged = await mergeDatasets(parent, [two, one], target);
    await expectEpisodes(merged, originals([0, 2, 4, 1, 3]));
    expect(merged.metadata.history.map(({ operation }) => operation)).toEqual(['split', 'split', 'merge']);
    expect(merged.metadata.history[2]).toMatchObject({
      summary: 'Joined "Two", "One".',
      sources: [{ name: 'two' }, { name: 'one' }],
    });
  });

  test('gives the hash of recording in one go', async ({ folder }) => {
    const parent = dirname(folder);
    const source = await recordSynthetic(folder, LENGTHS);
    const [one, two] = await splitDataset(
      parent,
      source,
      [0, 1],
      [
        { id: 'one', name: 'One' },
        { id: 'two', name: 'Two' },
      ],
    );
    const merged = await mergeDatasets(parent, [one, two], target);
    expect(merged.metadata.contentHash).toBe(source.metadata.contentHash);
  });

  test.for([
    [{ environment: 'other' }, /environments differ \(counter and other\)/],
    [{ observationShape: [3, 2, 1] }, /frame sizes differ \(2x3x1 and 3x2x1\)/],
    [{ actionNames: Array.from({ length: 300 }, (_, index) => `a${index}`) }, /actions differ/],
  ] as const)('refuses another kind: %o', async ([change, message], { folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    const writer = await DatasetWriter.create(`${folder}-other`, syntheticDescription(change));
    await writer.append(syntheticEpisode(0, 4));
    const other = await Dataset.open(`${folder}-other`);
    await expect(mergeDatasets(dirname(folder), [source, other], target)).rejects.toThrow(message);
    await expect(mergeDatasets(dirname(folder), [source], target)).rejects.toThrow(/at least two/);
  });
});

test('an aborted edit leaves no trace', async ({ folder }) => {
  const source = await recordSynthetic(folder, LENGTHS);
  const controller = new AbortController();
  const { signal } = controller;
  const onProgress = (done: number): void => void (done === 2 && controller.abort());
  const editing = deleteEpisodes(dirname(folder), source, [0], target, { onProgress, signal });
  await expect(editing).rejects.toThrow(/aborted/);
  expect(await readdir(dirname(folder))).toEqual(['dataset']);
});

describe('flags', () => {
  test('change neither the content nor its hash', async ({ folder }) => {
    const source = await recordSynthetic(folder, LENGTHS);
    await flagEpisodes(folder, [3], 'first');
    await flagEpisodes(folder, [1], '');
    await flagEpisodes(folder, [3], 'second');
    expect((await readFlags(folder)).map(({ episode, note }) => [episode, note])).toEqual([
      [1, ''],
      [3, 'second'],
    ]);
    await unflagEpisodes(folder, [1]);
    expect(await readFlags(folder)).toHaveLength(1);
    const reopened = await Dataset.open(folder);
    expect(reopened.metadata).toEqual(source.metadata);
    await reopened.verify();
  });

  test('set at the same time are all kept', async ({ folder }) => {
    await recordSynthetic(folder, LENGTHS);
    const episodes = [4, 0, 2, 1];
    await Promise.all([
      ...episodes.map((episode) => flagEpisodes(folder, [episode], '')),
      unflagEpisodes(folder, [2]),
    ]);
    expect((await readFlags(folder)).map(({ episode }) => episode)).toEqual([0, 1, 4]);
  });

  test('that are damaged say which file it is', async ({ folder }) => {
    await recordSynthetic(folder, LENGTHS);
    expect(await readFlags(folder)).toEqual([]);
    await writeFile(join(folder, 'meta', 'annotations.json'), '{"flags":');
    await expect(readFlags(folder)).rejects.toThrow(
      /flags of this dataset cannot be read.*annotations\.json/,
    );
    await expect(flagEpisodes(folder, [0], 'x'.repeat(501))).rejects.toThrow(/501 characters/);
  });
});

test('deleting a dataset frees its id', async ({ folder }) => {
  const parent = dirname(folder);
  await recordSynthetic(folder, LENGTHS);
  expect(freeDatasetId(parent, 'dataset')).toBe('dataset-2');
  await deleteDataset(parent, 'dataset');
  expect(existsSync(folder)).toBe(false);
  expect(await readdir(parent)).toEqual([]);
  expect(freeDatasetId(parent, 'dataset')).toBe('dataset');
  await expect(deleteDataset(parent, 'dataset')).rejects.toThrow(/no dataset "dataset"/);
});
