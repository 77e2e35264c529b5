import { cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { StudioError } from '../../../shared/errors';
import { test } from '../testing/fixture';
import { continuousFixtureEpisode, fixtureEpisode } from '../testing/import-fixtures';
import { importForeign } from './foreign-source';
import { openHdf5 } from './hdf5-source';
import { openImportSource } from './import-source';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const answers = { id: 'imported', name: 'Imported', environment: 'elsewhere', policy: 'expert' };
const raw = join(FIXTURES, 'minari-raw', 'data', 'main_data.hdf5');

describe('a dataset of Minari', () => {
  test.for(['minari-raw', 'minari-raw/data', 'minari-raw/data/main_data.hdf5'])(
    'at %s gives the same records as every format, and says its environment',
    async (path, { folder }) => {
      const source = await openImportSource(join(FIXTURES, path));
      expect(source.inspection).toMatchObject({
        ...{ format: 'hdf5', suggestedName: 'fixtures raw-v0', environment: 'CartPole-v1' },
        ...{ episodes: 2, actionKind: 'discrete', actionCount: 4, observationShape: [64, 64, 3] },
        ...{ timing: 'gymnasium', notes: [] },
      });
      const dataset = await source.import(dirname(folder), answers);
      expect(dataset.episodes).toHaveLength(2);
      for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(fixtureEpisode(index));
      expect(dataset.metadata).toMatchObject({
        importer: 'hdf5',
        history: [{ summary: 'Imported a dataset of Minari with the timing of gymnasium.' }],
      });
    },
  );

  test('with compressed pictures has them decoded', async ({ folder }) => {
    const source = await openImportSource(join(FIXTURES, 'minari-jpeg'));
    const dataset = await source.import(dirname(folder), answers);
    for (const index of [0, 1]) {
      const { observations, ...rest } = await dataset.episode(index);
      const { observations: expected, ...records } = fixtureEpisode(index);
      expect(rest).toEqual(records);
      // A picture of one colour loses next to nothing.
      const differences = observations.map((value, at) => Math.abs(value - expected[at]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(2);
    }
  });
});

test('the demonstrations of robomimic are taken in their order, with the first of their pictures', async ({
  folder,
}) => {
  const source = await openImportSource(join(FIXTURES, 'robomimic.hdf5'));
  expect(source.inspection).toMatchObject({
    ...{
      suggestedName: 'robomimic',
      environment: null,
      episodes: 2,
      actionKind: 'continuous',
      actionCount: 2,
    },
    notes: ['Of the pictures obs/agentview_image, obs/eye_in_hand_image the first are taken.'],
  });
  const dataset = await source.import(dirname(folder), answers);
  for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(continuousFixtureEpisode(index));
});

test('flat arrays are cut where they say that an episode ended', async ({ folder }) => {
  const source = await openImportSource(join(FIXTURES, 'flat.hdf5'));
  expect(source.inspection.episodes).toBe(2);
  const dataset = await source.import(dirname(folder), answers);
  for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(fixtureEpisode(index));
});

describe('is refused, without a trace', () => {
  test.for([
    ['no-episodes', /cannot be read \(no group in it has actions\): export it again/],
    ['vectors', /has no images .*|The images of .* have shape/],
    ['linked', /has no images/],
  ] as const)('%s', async ([name, reason], { folder }) => {
    const error = await openHdf5(join(FIXTURES, 'bad', `${name}.hdf5`)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StudioError);
    expect((error as StudioError).message).toMatch(reason);
    expect(await readdir(dirname(folder))).toEqual([]);
  });

  test('a file that is cut off anywhere, or none', async ({ folder }) => {
    const bytes = await readFile(raw);
    await mkdir(folder);
    const path = join(folder, 'cut.hdf5');
    for (const length of [0, 1, 100, bytes.length >> 2, bytes.length >> 1, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(openHdf5(path)).rejects.toThrow(/cut.hdf5 cannot be read \(.+\): export it again/);
    }
    await expect(openHdf5(join(folder, 'gone.h5'))).rejects.toThrow(/no file at this path/);
  });

  test('a file that changed between looking and importing', async ({ folder }) => {
    const copy = `${folder}-source.hdf5`;
    await cp(raw, copy);
    const source = await openHdf5(copy);
    await utimes(copy, 1, 1);
    await expect(importForeign(dirname(folder), source, answers)).rejects.toThrow(/has changed since/);
  });
});

test('whichever byte is flipped, a file is read or refused, and the next one read', async ({ folder }) => {
  const good = await readFile(raw);
  await mkdir(folder);
  const path = join(folder, 'flipped.hdf5');
  for (let at = 0; at < good.length; at += 1511) {
    const bytes = Uint8Array.from(good);
    bytes[at]! ^= 0xff;
    await writeFile(path, bytes);
    const error: unknown = await openHdf5(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined) expect(error).toBeInstanceOf(StudioError);
  }
  expect((await openHdf5(raw)).inspection.episodes).toBe(2);
});
