import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { StudioError } from '../../../shared/errors';
import { test } from '../testing/fixture';
import { continuousFixtureEpisode, fixtureEpisode } from '../testing/import-fixtures';
import { recordSynthetic } from '../testing/synthetic';
import { openImportSource } from './import-source';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const answers = { id: 'imported', name: 'Imported', environment: 'elsewhere', policy: 'expert' };

describe('a replay buffer', () => {
  test.for(['replay-v2', 'replay-v3'])(
    '%s gives the same records as every format',
    async (name, { folder }) => {
      const source = await openImportSource(join(FIXTURES, name));
      expect(source.inspection).toMatchObject({
        format: 'replay-buffer',
        suggestedName: name,
        episodes: 2,
        actionCount: 4,
        observationShape: [64, 64, 3],
        timing: 'gymnasium',
        notes: [],
      });
      const dataset = await source.import(dirname(folder), answers);
      expect(dataset.episodes).toHaveLength(2);
      for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(fixtureEpisode(index));
      expect(dataset.metadata).toMatchObject({
        importer: 'replay-buffer',
        history: [{ summary: 'Imported a Zarr replay buffer with the timing of gymnasium.' }],
      });
    },
  );

  test('of Push-T, whose images are numbers and whose actions are pixels, is imported', async ({
    folder,
  }) => {
    const source = await openImportSource(join(FIXTURES, 'replay-push-t'));
    expect(source.inspection).toMatchObject({
      ...{ format: 'replay-buffer', episodes: 2, actionKind: 'continuous', actionCount: 2 },
      observationShape: [64, 64, 3],
      notes: [
        'There are no rewards: returns are 0.',
        'Pixels of numbers from 0 to 255 are rounded to bytes.',
        'Actions are scaled to lie between -1 and 1: component 0 from 106 to 306, component 1 from 10 to 310.',
      ],
    });
    const dataset = await source.import(dirname(folder), answers);
    for (const index of [0, 1]) {
      const { observations, actions } = await dataset.episode(index);
      const expected = continuousFixtureEpisode(index);
      expect(observations).toEqual(expected.observations);
      const scaled = Array.from(expected.actions, (value, at) =>
        at % 2 === 0 ? 2 * value + 0.5 : 2 * value - 1,
      );
      expect(Array.from(actions)).toEqual(scaled);
    }
  });

  test('that is damaged is refused, without a trace', async ({ folder }) => {
    const copy = `${folder}-source`;
    const refused = async (): Promise<string> => {
      const error = await openImportSource(copy)
        .then((source) => source.import(dirname(folder), answers))
        .catch((thrown: unknown) => thrown);
      expect(await readdir(dirname(folder))).toEqual(['dataset-source']);
      expect(error).toBeInstanceOf(StudioError);
      return (error as StudioError).message;
    };
    const restore = () => cp(join(FIXTURES, 'replay-v3'), copy, { recursive: true });
    await restore();
    const chunk = join(copy, 'data', 'img', 'c', '1', '0', '0', '0');
    const bytes = await readFile(chunk);
    await writeFile(chunk, bytes.subarray(0, bytes.length >> 1));
    expect(await refused()).toMatch(/buffer dataset-source cannot be read \(.+\): export it again/);
    await restore();
    const header = join(copy, 'meta', 'episode_ends', 'zarr.json');
    const json = JSON.parse(await readFile(header, 'utf8')) as { shape: number[] };
    await writeFile(header, JSON.stringify({ ...json, shape: [3] }));
    expect(await refused()).toMatch(/cannot be read \(episode 2 ends at step 0 after one that ends at 8/);
    await restore();
    await rm(join(copy, 'data', 'img'), { recursive: true });
    expect(await refused()).toMatch(/no images for all steps/);
  });
});

test('each format is recognised', async ({ folder }) => {
  await recordSynthetic(folder, [4, 7]);
  expect((await openImportSource(folder)).inspection).toMatchObject({ format: 'studio', episodes: 2 });
  expect((await openImportSource(join(FIXTURES, 'ditto'))).inspection.format).toBe('npz');
  expect((await openImportSource(join(FIXTURES, 'dreamer-v3.npz'))).inspection.format).toBe('npz');
  await expect(openImportSource(dirname(folder))).rejects.toThrow(/nothing to import in this folder/);
  await expect(openImportSource(join(FIXTURES, 'make_fixtures.py'))).rejects.toThrow(/not an .npz archive/);
});

test('frames of another size are resized, and the history says so', async ({ folder }) => {
  const source = await openImportSource(join(FIXTURES, 'atari-84x84.npz'));
  expect(source.inspection).toMatchObject({
    observationShape: [84, 84, 1],
    notes: [
      'Frames of 84x84 are resized to 64x64 by area averaging.',
      'There are no rewards: returns are 0.',
    ],
  });
  const dataset = await source.import(dirname(folder), answers);
  expect(dataset.metadata.observationShape).toEqual([64, 64, 1]);
  expect(dataset.metadata.history[0]!.summary).toContain('resized to 64x64');
  const { observations, rewards } = await dataset.episode(0);
  // Its left half is black and its right half white, in every step.
  for (const x of [0, 31, 32, 63]) expect(observations[5 * 64 * 64 + 17 * 64 + x]).toBe(x < 32 ? 0 : 255);
  expect([...rewards]).toEqual([0, 0, 0, 0, 0, 0]);
});
