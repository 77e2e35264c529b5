import { once } from 'node:events';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { Dataset } from './dataset';
import { recoverDatasets } from './dataset-folders';
import { DatasetWriter } from './dataset-writer';
import { bundledScript } from './testing/bundled-script';
import { test } from './testing/fixture';
import { syntheticDescription, syntheticEpisode } from './testing/synthetic';

const startEditor = bundledScript('replacing-editor.ts');

test(
  'an edit in place that is killed leaves the old dataset or the new one',
  { timeout: 120_000 },
  async ({ folder }) => {
    const description = syntheticDescription({ id: 'dataset' });
    const writer = await DatasetWriter.create(folder, description, { chunkBytes: 60 });
    for (const [index, length] of [4, 12].entries()) await writer.append(syntheticEpisode(index, length));
    const oldHash = writer.metadata.contentHash;

    /** Runs the edit on a copy, killed at a rename; returns the copy's content hash after recovering. */
    const attempt = async (parent: string, killAt: number): Promise<string> => {
      await mkdir(parent);
      const copy = join(parent, 'dataset');
      await cp(folder, copy, { recursive: true });
      const child = startEditor(copy, String(killAt));
      const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
      expect(child.signalCode).toBe(killAt === Infinity ? null : 'SIGKILL');
      renames = Number(output) || renames;
      await recoverDatasets(parent);
      expect(await readdir(parent)).toEqual(['dataset']);
      const dataset = await Dataset.open(copy);
      await dataset.verify();
      return dataset.metadata.contentHash;
    };

    let renames = 0;
    const newHash = await attempt(`${folder}-whole`, Infinity);
    expect(newHash).not.toBe(oldHash);
    expect(renames).toBeGreaterThan(20);
    // While it is built, at every seventh file; then before each of the two renames that exchange the folders.
    const building = Array.from({ length: Math.floor((renames - 2) / 7) }, (_, index) => index * 7);
    for (const killAt of [...building, renames - 2, renames - 1]) {
      expect(await attempt(`${folder}-${killAt}`, killAt)).toBe(oldHash);
    }
  },
);

test('recovering keeps what a living process works on', async ({ folder }) => {
  const name = `.dataset.${process.ppid}-01234567.new`;
  await mkdir(join(folder, name), { recursive: true });
  await mkdir(join(folder, '.other.999999999-01234567.deleted'));
  await mkdir(join(folder, '.back.999999999-01234567.old'));
  expect(await recoverDatasets(folder)).toEqual([
    expect.stringMatching(/edit of dataset "back" was cut short/),
  ]);
  expect((await readdir(folder)).sort()).toEqual([name, 'back']);
});
