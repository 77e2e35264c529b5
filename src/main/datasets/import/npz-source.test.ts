import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ImportTiming } from '../../../shared/dataset-import';
import { StudioError } from '../../../shared/errors';
import { test } from '../testing/fixture';
import { continuousFixtureEpisode, fixtureEpisode } from '../testing/import-fixtures';
import { importForeign } from './foreign-source';
import { openNpz } from './npz-source';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const answers = { id: 'imported', name: 'Imported', environment: 'elsewhere', policy: 'expert' };

describe('every format gives the same records, so none is off by one', () => {
  test.for<[string, ImportTiming, RegExp]>([
    ['dreamer-v2', 'dreamerV2', /a row of zeros, a dummy/],
    ['pydreamer', 'dreamerV2', /a row of zeros, a dummy/],
    ['ditto', 'dreamerV2', /-1, a dummy/],
    ['dreamer-v3.npz', 'dreamerV3', /names are those of DreamerV3/],
    ['gymnasium', 'gymnasium', /a real one, so each action follows its observation/],
    ['minari', 'gymnasium', /one observation more than actions/],
  ])('%s', async ([name, timing, reason], { folder }) => {
    const source = await openNpz(join(FIXTURES, name));
    const { inspection } = source;
    expect(inspection).toMatchObject({
      format: 'npz',
      suggestedName: name.replace('.npz', ''),
      episodes: 2,
      actionCount: 4,
      observationShape: [64, 64, 3],
      timing,
      notes: [],
    });
    expect(inspection.timingReason).toMatch(reason);
    const dataset = await importForeign(dirname(folder), source, answers);
    expect(dataset.episodes).toHaveLength(2);
    for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(fixtureEpisode(index));
    await dataset.verify();
    expect(dataset.metadata).toMatchObject({
      id: 'imported',
      environment: 'elsewhere',
      importer: 'npz',
      actionNames: ['action 0', 'action 1', 'action 2', 'action 3'],
      recordings: [{ policy: 'expert', episodes: 2 }],
      history: [{ operation: 'import', sources: [{ name, episodes: [[0, 2]] }] }],
    });
  });
});

describe('continuous actions', () => {
  test.for<[string, ImportTiming | null]>([
    ['continuous', 'gymnasium'],
    // Zeros may be what a policy did: a person has to say.
    ['continuous-dreamer', null],
  ])('of %s are kept as vectors', async ([name, timing], { folder }) => {
    const source = await openNpz(join(FIXTURES, name));
    expect(source.inspection).toMatchObject({ actionKind: 'continuous', actionCount: 2, timing });
    const chosen = { ...answers, timing: timing ?? ('dreamerV2' as const) };
    const dataset = await importForeign(dirname(folder), source, chosen);
    for (const index of [0, 1]) expect(await dataset.episode(index)).toEqual(continuousFixtureEpisode(index));
    await dataset.verify();
    expect(dataset.metadata).toMatchObject({
      actionKind: 'continuous',
      actionNames: ['component 0', 'component 1'],
    });
  });

  test('do not mix with discrete ones', async ({ folder }) => {
    await cp(join(FIXTURES, 'minari'), folder, { recursive: true });
    await cp(join(FIXTURES, 'continuous', '0.npz'), join(folder, '2.npz'));
    await expect(openNpz(folder)).rejects.toThrow(
      /2.npz has continuous actions where the first file has discrete ones/,
    );
  });
});

test('files are taken in the order of their numbers', async () => {
  const { partNames } = await openNpz(join(FIXTURES, 'ditto'));
  expect(partNames).toEqual(['episode-2.npz', 'episode-10.npz']);
});

test('another timing than the one found is the person’s to choose', async ({ folder }) => {
  const source = await openNpz(join(FIXTURES, 'bad', 'unclear.npz'));
  expect(source.inspection).toMatchObject({
    timing: null,
    timingReason: expect.stringMatching(/may be a real action or a dummy/) as string,
  });
  await expect(importForeign(dirname(folder), source, answers)).rejects.toThrow(
    /must be chosen: The first action is 0/,
  );
  const after = await importForeign(dirname(folder), source, { ...answers, timing: 'gymnasium' });
  const before = await importForeign(dirname(folder), source, {
    ...answers,
    id: 'before',
    timing: 'dreamerV2',
  });
  expect([...after.actions]).toEqual([0, 1, 2]);
  expect([...before.actions]).toEqual([1, 2]);
  expect([...after.rewards]).toEqual([0.5, 1.5, 2.5]);
  expect([...before.rewards]).toEqual([1.5, 2.5]);
});

test('pixels from 0 to 1 become bytes', async ({ folder }) => {
  const source = await openNpz(join(FIXTURES, 'float-images.npz'));
  expect(source.inspection.notes).toEqual(['Pixels of numbers from 0 to 1 are rounded to bytes.']);
  const dataset = await importForeign(dirname(folder), source, { ...answers, timing: 'gymnasium' });
  expect((await dataset.episode(0)).observations).toEqual(fixtureEpisode(0).observations);
});

test('actions beyond -1 and 1 are scaled by the range of all files, which the history tells', async ({
  folder,
}) => {
  const source = await openNpz(join(FIXTURES, 'other-ranges'));
  const dataset = await importForeign(dirname(folder), source, { ...answers, timing: 'gymnasium' });
  const actions = await Promise.all([0, 1].map(async (index) => [...(await dataset.episode(index)).actions]));
  for (const [index, expected] of [-0.8, 0, -1, -0.6, 1, -0.85].entries())
    expect(actions.flat()[index]).toBeCloseTo(expected, 6);
  expect(dataset.metadata.history[0]!.summary).toContain(
    'Actions are scaled to lie between -1 and 1: component 0 from -0.3 to 3.7.',
  );
});

test('files whose actions have other components are refused', async ({ folder }) => {
  await mkdir(folder);
  await cp(join(FIXTURES, 'continuous', '0.npz'), join(folder, '0.npz'));
  await cp(join(FIXTURES, 'other-ranges', '1.npz'), join(folder, '1.npz'));
  await expect(openNpz(folder)).rejects.toThrow(
    /1.npz has actions of 1 components where the first file has 2: import them apart/,
  );
});

describe('what is refused, without a trace', () => {
  test.for([
    ['infinite-actions', /include Infinity \(step 1\): .* or finite components/],
    ['objects', /holds Python objects, which could run code/],
    [
      'normalized-images',
      /images of normalized-images.npz hold -1 where pixels lie between 0 and 1, or 0 and 255: export pixels as uint8/,
    ],
    ['four-channels', /have shape \(3, 8, 8, 4\): .* with 1 or 3 channels/],
    ['fortran', /is in Fortran order/],
    ['big-endian', /elements of type >f4/],
    ['no-actions', /has no actions \(looked for action, actions/],
    ['no-images', /has no images \(looked for image, images/],
    ['shorter-actions', /has 3 images but 1 actions/],
    ['shorter-rewards', /has 3 images but 1 rewards/],
    ['goes-on', /goes on after step 1, which it says is a true end/],
  ] as const)('%s', async ([name, message], { folder }) => {
    const importing = async () => {
      const source = await openNpz(join(FIXTURES, 'bad', `${name}.npz`));
      return importForeign(dirname(folder), source, { ...answers, timing: 'gymnasium' });
    };
    const error = await importing().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StudioError);
    expect((error as StudioError).message).toMatch(message);
    expect(await readdir(dirname(folder))).toEqual([]);
  });

  test('fewer names than actions', async ({ folder }) => {
    const source = await openNpz(join(FIXTURES, 'minari'));
    const importing = importForeign(dirname(folder), source, { ...answers, actionNames: ['left', 'right'] });
    await expect(importing).rejects.toThrow(/outside its 2 named actions/);
    expect(await readdir(dirname(folder))).toEqual([]);
  });

  test('a folder without files, and a path without anything', async ({ folder }) => {
    await mkdir(folder);
    await expect(openNpz(folder)).rejects.toThrow(/nothing to import in this folder/);
    await expect(openNpz(`${folder}-gone`)).rejects.toThrow(/nothing at this path/);
  });

  test('a file that is a link', async ({ folder }) => {
    await mkdir(folder);
    await symlink(join(FIXTURES, 'dreamer-v3.npz'), join(folder, 'link.npz'));
    await expect(openNpz(folder)).rejects.toThrow(/link.npz cannot be read \(it is not a plain file\)/);
  });

  test('a file that changed between looking and importing', async ({ folder }) => {
    const copy = `${folder}-source`;
    await cp(join(FIXTURES, 'minari'), copy, { recursive: true });
    const source = await openNpz(copy);
    await cp(join(FIXTURES, 'gymnasium', '0.npz'), join(copy, '1.npz'));
    await expect(importForeign(dirname(folder), source, answers)).rejects.toThrow(/1.npz has changed/);
    expect(await readdir(dirname(folder))).toEqual(['dataset-source']);
  });
});

describe('a damaged archive', () => {
  test('never passes for a sound one, whichever byte is flipped', async ({ folder }) => {
    const good = await readFile(join(FIXTURES, 'minari', '0.npz'));
    await mkdir(folder);
    const path = join(folder, '0.npz');
    const sound = await (
      await importForeign(dirname(folder), await openNpz(join(FIXTURES, 'minari', '0.npz')), answers)
    ).episode(0);
    let refused = 0;
    for (let at = 0; at < good.length; at += 19) {
      const bytes = Uint8Array.from(good);
      bytes[at]! ^= 0x10;
      await writeFile(path, bytes);
      const id = `imported-${at}`;
      try {
        const source = await openNpz(path);
        const dataset = await importForeign(dirname(folder), source, { ...answers, id, timing: 'gymnasium' });
        // The flipped byte lies in what does not matter, such as a file's date, or hides an array by its name.
        const { observations, actions, rewards } = await dataset.episode(0);
        expect({ observations, actions }).toEqual({
          observations: sound.observations,
          actions: sound.actions,
        });
        if (source.inspection.notes.length === 0) expect(rewards).toEqual(sound.rewards);
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(good.length / 38);
  });

  test('that is cut off says so', async ({ folder }) => {
    const good = await readFile(join(FIXTURES, 'minari', '0.npz'));
    await mkdir(folder);
    await writeFile(join(folder, '0.npz'), good.subarray(0, good.length - 30));
    await expect(openNpz(folder)).rejects.toThrow(/not an .npz archive .*its end is missing/);
  });
});
