import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { StudioError } from '../../shared/errors';
import { Dataset } from './dataset';
import { DatasetWriter } from './dataset-writer';
import { mergeDatasets, splitDataset, trimEpisode } from './edits';
import { datasetStatistics } from './statistics';
import { StreamSampler } from './stream-sampler';
import { test } from './testing/fixture';
import {
  continuousEpisode,
  recordContinuous,
  recordSynthetic,
  SHAPE,
  syntheticDescription,
  syntheticEpisode,
} from './testing/synthetic';
import { WindowSampler } from './window-sampler';

const LENGTHS = [5, 12, 1, 20];
const FRAME = SHAPE[0] * SHAPE[1] * SHAPE[2];

describe('a dataset with continuous actions', () => {
  test('gives back every episode, also after another sitting', async ({ folder }) => {
    await recordContinuous(folder, LENGTHS.slice(0, 2));
    const recording = { policy: 'expert', noise: 0, seed: 9 };
    const writer = await DatasetWriter.open(folder, { environment: 'counter', recording });
    for (const index of [2, 3]) await writer.append(continuousEpisode(index, LENGTHS[index]!));
    const dataset = await Dataset.open(folder);
    expect(dataset.metadata).toMatchObject({ actionKind: 'continuous', actionNames: ['time', 'episode'] });
    for (const [index, length] of LENGTHS.entries()) {
      expect(await dataset.episode(index)).toEqual(continuousEpisode(index, length));
      expect(dataset.episodeActions(index)).toHaveLength(2 * length);
    }
    await dataset.verify();
    const whole = await recordContinuous(`${folder}-whole`, LENGTHS);
    expect(dataset.metadata.contentHash).toBe(whole.metadata.contentHash);
    const header = JSON.parse(await readFile(join(folder, 'actions', 'zarr.json'), 'utf8')) as object;
    expect(header).toMatchObject({ shape: [38, 2], data_type: 'float32' });
  });

  test('is trimmed, split and merged like any other', async ({ folder }) => {
    const parent = dirname(folder);
    const source = await recordContinuous(folder, LENGTHS);
    const steps = { episode: 1, from: 3, to: 8 };
    const trimmed = await trimEpisode(parent, source, steps, { id: 'trimmed', name: 'Trimmed' });
    const whole = continuousEpisode(1, 12);
    expect(await trimmed.episode(1)).toMatchObject({
      observations: whole.observations.subarray(3 * FRAME, 8 * FRAME),
      actions: whole.actions.slice(6, 16),
    });
    const targets = [
      { id: 'one', name: 'One' },
      { id: 'two', name: 'Two' },
    ] as const;
    const parts = await splitDataset(parent, source, [0, 1], targets);
    const merged = await mergeDatasets(parent, parts, { id: 'merged', name: 'Merged' });
    expect(merged.metadata.contentHash).toBe(source.metadata.contentHash);
    const discrete = await recordSynthetic(`${folder}-discrete`, [4]);
    await expect(mergeDatasets(parent, [source, discrete], { id: 'both', name: 'Both' })).rejects.toThrow(
      /kinds of action differ \(continuous and discrete\)/,
    );
  });

  test.for([
    ['stream', StreamSampler],
    ['window', WindowSampler],
  ] as const)('gives aligned batches by %s', async ([, Sampler], { folder }) => {
    const dataset = await recordContinuous(folder, LENGTHS);
    const sampler = new Sampler(dataset, { seed: 1, batch: 3, length: 6 });
    for (let step = 0; step < 4; step++) {
      const { observations, actions, previousActions, isFirst } = await sampler.sample(step);
      expect(actions).toHaveLength(3 * 6 * 2);
      for (let at = 0; at < 3 * 6; at++) {
        const [episode, t] = observations.subarray(at * FRAME) as unknown as [number, number];
        const { actions: taken } = continuousEpisode(episode, t + 1);
        expect(actions.subarray(2 * at, 2 * at + 2)).toEqual(taken.subarray(2 * t, 2 * t + 2));
        const before = t === 0 ? new Float32Array(2) : taken.subarray(2 * t - 2, 2 * t);
        expect(previousActions.subarray(2 * at, 2 * at + 2)).toEqual(before);
        expect(isFirst[at]).toBe(t === 0 ? 1 : 0);
      }
    }
  });

  test('counts the values of each component', async ({ folder }) => {
    const writer = await DatasetWriter.create(
      folder,
      syntheticDescription({ actionKind: 'continuous', actionNames: ['one', 'two'] }),
    );
    const actions = Float32Array.of(-1, 1, -0.95, 0, 0, 0.05, 0.99, 1);
    await writer.append({ ...syntheticEpisode(0, 4), actions });
    const { actionCounts, actionHistograms } = datasetStatistics(await Dataset.open(folder));
    expect(actionCounts).toEqual([]);
    expect(actionHistograms).toMatchObject([
      { start: -1, width: 0.1 },
      { start: -1, width: 0.1 },
    ]);
    const filled = actionHistograms.map(({ counts }) =>
      [...counts.entries()].filter(([, count]) => count > 0),
    );
    expect(filled).toEqual([
      [
        [0, 2],
        [10, 1],
        [19, 1],
      ],
      [
        [10, 2],
        [19, 2],
      ],
    ]);
  });

  test.for([
    ['beyond its bounds', { actions: Float32Array.of(0, 1.5, 0, 0) }, /has action 1.5, outside the interval/],
    ['that is no number', { actions: Float32Array.of(0, NaN, 0, 0) }, /has action NaN/],
    ['of another kind', { actions: Int32Array.of(0, 1) }, /does not have continuous actions/],
    ['too few', { actions: Float32Array.of(0, 0) }, /has 1 actions but 2 rewards/],
  ] as const)('refuses an action %s', async ([, change, message], { folder }) => {
    const description = syntheticDescription({ actionKind: 'continuous', actionNames: ['one', 'two'] });
    const writer = await DatasetWriter.create(folder, description);
    const appending = writer.append({ ...syntheticEpisode(0, 2), ...change });
    await expect(appending).rejects.toThrow(message);
    await expect(appending).rejects.toBeInstanceOf(StudioError);
    expect((await Dataset.open(folder)).episodes).toEqual([]);
  });
});

test('a dataset from before there were continuous actions is read as it was', async ({ folder }) => {
  const { metadata } = await recordSynthetic(folder, [5, 1, 8]);
  // What the format has always given for these episodes.
  expect(metadata.contentHash).toBe('12156d2f01c7f1d183bd45f80a1571a48348ea4360ebc48fe18abcf944c849d8');
  const path = join(folder, 'zarr.json');
  const header = JSON.parse(await readFile(path, 'utf8')) as { attributes: { ditto: object } };
  const { actionKind: _, ...before } = metadata;
  header.attributes.ditto = before;
  await writeFile(path, JSON.stringify(header));
  const dataset = await Dataset.open(folder);
  expect(dataset.metadata.actionKind).toBe('discrete');
  expect(dataset.actions).toBeInstanceOf(Int32Array);
  await dataset.verify();
});
