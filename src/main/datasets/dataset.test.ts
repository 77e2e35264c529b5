import { appendFile, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { StudioError } from '../../shared/errors';
import { Dataset } from './dataset';
import { DatasetWriter } from './dataset-writer';
import { test } from './testing/fixture';
import { recordSynthetic, syntheticDescription, syntheticEpisode } from './testing/synthetic';

const LENGTHS = [5, 1, 60, 17];

async function edit(path: string, change: (json: Record<string, never>) => void): Promise<void> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, never>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StudioError);
  return (error as StudioError).message;
}

describe('round trip', () => {
  test.for([1, 6, 50, 2 ** 20])(
    'gives back every episode with chunks of %i bytes',
    async (chunkBytes, { folder }) => {
      const dataset = await recordSynthetic(folder, LENGTHS, { chunkBytes });
      expect(dataset.episodes.map(({ start, end, length }) => [start, end, length])).toEqual([
        [0, 5, 5],
        [5, 6, 1],
        [6, 66, 60],
        [66, 83, 17],
      ]);
      for (const [index, length] of LENGTHS.entries()) {
        const expected = syntheticEpisode(index, length);
        expect(await dataset.episode(index)).toEqual(expected);
        const sum = expected.rewards.reduce((total, reward) => total + reward, 0);
        expect(dataset.episodes[index]!.return).toBeCloseTo(sum, 12);
      }
      await dataset.verify();
    },
  );

  test('describes itself', async ({ folder }) => {
    const { metadata } = await recordSynthetic(folder, [3, 4]);
    const episodes = [syntheticEpisode(0, 3), syntheticEpisode(1, 4)];
    const pixels = episodes.flatMap(({ observations }) => [...observations]);
    const mean = pixels.reduce((sum, value) => sum + value) / pixels.length;
    const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
    expect(metadata).toMatchObject({
      formatVersion: 1,
      name: 'synthetic',
      environment: 'counter',
      importer: 'recorder',
    });
    expect(metadata.pixelMean).toBeCloseTo(mean, 10);
    expect(metadata.pixelStandardDeviation).toBeCloseTo(Math.sqrt(variance), 10);
    const returns = episodes.map(({ rewards }) => rewards.reduce((sum, reward) => sum + reward, 0));
    expect(metadata.recordings).toHaveLength(1);
    expect(metadata.recordings[0]).toMatchObject({
      policy: 'expert',
      noise: 0,
      seed: 7,
      episodes: 2,
      steps: 7,
    });
    expect(metadata.recordings[0]!.meanReturn).toBeCloseTo((returns[0]! + returns[1]!) / 2, 12);
    expect(metadata.recordings[0]!.maximumReturn).toBeCloseTo(Math.max(...returns), 12);
  });

  test('reads all frames with a cache of one chunk', async ({ folder }) => {
    await recordSynthetic(folder, LENGTHS, { chunkBytes: 20 });
    const dataset = await Dataset.open(folder, { cacheBytes: 0 });
    expect(await dataset.episode(2)).toEqual(syntheticEpisode(2, 60));
  });

  test('opens a dataset without episodes', async ({ folder }) => {
    await (await DatasetWriter.create(folder, syntheticDescription())).close();
    const dataset = await Dataset.open(folder);
    expect(dataset.episodes).toEqual([]);
    await dataset.verify();
  });
});

describe('a folder that cannot be opened', () => {
  test('missing', async ({ folder }) => {
    expect(await failure(Dataset.open(folder))).toMatch(/There is no dataset at this path: .*dataset$/);
  });

  test('not a dataset', async ({ folder }) => {
    expect(await failure(Dataset.open(dirname(folder)))).toMatch(/not a DITTO dataset: choose/);
  });

  test('a header that is no JSON', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await writeFile(join(folder, 'zarr.json'), '{');
    expect(await failure(Dataset.open(folder))).toMatch(
      /header of dataset "dataset" cannot be read .* restore it/,
    );
  });

  test('another format version', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await edit(join(folder, 'zarr.json'), (json) =>
      Object.assign(json['attributes']!['ditto'], { formatVersion: 2 }),
    );
    expect(await failure(Dataset.open(folder))).toMatch(
      /format version 2, and this DITTO Studio reads version 1: use/,
    );
  });

  test.for([
    ['id', '../escape'],
    ['observationShape', [2 ** 20, 2 ** 20, 1]],
    ['actionNames', []],
    ['contentHash', 'none'],
  ])('an impossible %s', async ([key, value], { folder }) => {
    await recordSynthetic(folder, [3]);
    await edit(join(folder, 'zarr.json'), (json) =>
      Object.assign(json['attributes']!['ditto'], { [key as string]: value }),
    );
    expect(await failure(Dataset.open(folder))).toContain(`not valid at "${key as string}`);
  });

  test('an array shorter than its episodes', async ({ folder }) => {
    await recordSynthetic(folder, [3, 4]);
    await edit(join(folder, 'rewards', 'zarr.json'), (json) => Object.assign(json, { shape: [6] }));
    expect(await failure(Dataset.open(folder))).toMatch(
      /inconsistent: its episodes have 7 steps but array rewards only 6/,
    );
  });

  test('an array of another type, size or codec', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    const path = join(folder, 'actions', 'zarr.json');
    await edit(path, (json) => Object.assign(json, { data_type: 'float32' }));
    expect(await failure(Dataset.open(folder))).toMatch(
      /actions .* is float32 \[3\] .* where int32 \[rows\] is expected/,
    );
    await edit(path, (json) => {
      Object.assign(json, { data_type: 'int32' });
      Object.assign(json['chunk_grid'], { configuration: { chunk_shape: [2 ** 40] } });
    });
    expect(await failure(Dataset.open(folder))).toMatch(/a chunk is larger than/);
    await edit(path, (json) => Object.assign(json, { codecs: [{ name: 'bytes' }, { name: 'blosc' }] }));
    expect(await failure(Dataset.open(folder))).toMatch(/not valid at "codecs/);
  });

  test('an array that is gone', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await rm(join(folder, 'truncated'), { recursive: true });
    expect(await failure(Dataset.open(folder))).toMatch(/array truncated of dataset "synthetic" is missing/);
  });

  test('an array that is a link to another folder', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await rename(join(folder, 'rewards'), `${folder}-elsewhere`);
    await symlink(`${folder}-elsewhere`, join(folder, 'rewards'));
    expect(await failure(Dataset.open(folder))).toMatch(
      /array rewards .* is a link out of the dataset: copy/,
    );
  });

  test('an action without a name', async ({ folder }) => {
    await recordSynthetic(folder, [3]);
    await edit(join(folder, 'zarr.json'), (json) =>
      Object.assign(json['attributes']!['ditto'], { actionNames: ['left', 'right'] }),
    );
    expect(await failure(Dataset.open(folder))).toMatch(/action 2 at step 2, outside its 2 named actions/);
  });
});

describe('damage', () => {
  const chunk = (folder: string): string => join(folder, 'observations', 'c.1.0.0.0');
  const message =
    /Chunk c\.1\.0\.0\.0 of array observations in dataset "synthetic" is damaged \(.+\): restore/;

  test('one flipped byte anywhere in a chunk', async ({ folder }) => {
    await recordSynthetic(folder, [30], { chunkBytes: 60 });
    const intact = await readFile(chunk(folder));
    for (let position = 0; position < intact.length; position++) {
      const damaged = Buffer.from(intact);
      damaged[position]! ^= 0x10;
      await writeFile(chunk(folder), damaged);
      const dataset = await Dataset.open(folder);
      expect(await failure(dataset.episode(0))).toMatch(message);
    }
    await writeFile(chunk(folder), intact);
    await (await Dataset.open(folder)).verify();
  });

  test('a missing, cut, overlong or linked chunk', async ({ folder }) => {
    await recordSynthetic(folder, [30], { chunkBytes: 60 });
    const dataset = await Dataset.open(folder);
    const intact = await readFile(chunk(folder));
    await rm(chunk(folder));
    expect(await failure(dataset.episode(0))).toMatch(/damaged \(the file is missing\)/);
    await symlink('c.0.0.0.0', chunk(folder));
    expect(await failure(dataset.episode(0))).toMatch(/damaged \(it is not a plain file\)/);
    await rm(chunk(folder));
    await writeFile(chunk(folder), intact.subarray(0, 20));
    expect(await failure(dataset.episode(0))).toMatch(message);
    await appendFile(chunk(folder), new Uint8Array(5000));
    expect(await failure(dataset.episode(0))).toMatch(/damaged \(its \d+ bytes are over the limit/);
    await writeFile(chunk(folder), intact);
    expect(await dataset.episode(0)).toEqual(syntheticEpisode(0, 30));
  });

  test('a chunk that is valid but from another dataset', async ({ folder }) => {
    await recordSynthetic(folder, [30], { chunkBytes: 60 });
    const other = `${folder}-other`;
    const writer = await DatasetWriter.create(other, syntheticDescription(), { chunkBytes: 60 });
    await writer.append(syntheticEpisode(9, 30));
    await writeFile(chunk(folder), await readFile(chunk(other)));
    const dataset = await Dataset.open(folder);
    expect(await failure(dataset.verify())).toMatch(/does not match its hash/);
  });
});
