import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { flagEpisodes, readFlags } from '../annotations';
import { Dataset } from '../dataset';
import { test } from '../testing/fixture';
import { recordSynthetic, syntheticEpisode } from '../testing/synthetic';
import { importStudioDataset, inspectStudioDataset } from './import-studio-dataset';

const answers = { id: 'copy', name: 'Copy' };

test('a copy has the same content, recordings and flags', async ({ folder }) => {
  const source = await recordSynthetic(folder, [5, 30, 9], { chunkBytes: 100 });
  await flagEpisodes(folder, [1], 'long');
  expect(inspectStudioDataset(source)).toMatchObject({
    format: 'studio',
    episodes: 3,
    environment: 'counter',
  });
  const copy = await importStudioDataset(dirname(folder), source, answers);
  expect(copy.folder).toBe(join(dirname(folder), 'copy'));
  for (const [index, length] of [5, 30, 9].entries()) {
    expect(await copy.episode(index)).toEqual(syntheticEpisode(index, length));
  }
  const { contentHash, recordings } = source.metadata;
  expect(copy.metadata).toMatchObject({ ...answers, contentHash, recordings, importer: 'recorder' });
  expect(copy.metadata.history).toMatchObject([
    { operation: 'import', sources: [{ name: source.metadata.id, hash: contentHash, episodes: [[0, 3]] }] },
  ]);
  expect(await readFlags(copy.folder)).toMatchObject([{ episode: 1, note: 'long' }]);
});

test('one that is not what its hash says is refused, without a trace', async ({ folder }) => {
  await recordSynthetic(folder, [5, 9]);
  const header = join(folder, 'zarr.json');
  const forged = (await readFile(header, 'utf8')).replace(
    /"contentHash": "[0-9a-f]{8}/,
    '"contentHash": "00000000',
  );
  await writeFile(header, forged);
  const source = await Dataset.open(folder);
  await expect(importStudioDataset(dirname(folder), source, answers)).rejects.toThrow(
    /does not match its hash/,
  );
  expect(await readdir(dirname(folder))).toEqual(['dataset']);
});

test('one without an episode is refused', async ({ folder }) => {
  const source = await recordSynthetic(folder, []);
  await expect(importStudioDataset(dirname(folder), source, answers)).rejects.toThrow(/no complete episode/);
});
