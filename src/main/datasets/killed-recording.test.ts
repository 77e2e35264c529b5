import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect } from 'vitest';
import { Dataset } from './dataset';
import { DatasetWriter } from './dataset-writer';
import { bundledScript } from './testing/bundled-script';
import { test } from './testing/fixture';
import { syntheticEpisode, syntheticLength } from './testing/synthetic';

const startRecorder = bundledScript('endless-recorder.ts');

/** Records in another process until it is killed; returns how many episodes it said were complete. */
async function recordUntilKilled(folder: string, { episodes = Infinity, files = Infinity }): Promise<number> {
  const child = startRecorder(folder, String(files));
  let complete = 0;
  createInterface(child.stdout).on('line', (line) => {
    complete = Number(line);
    if (complete >= episodes) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return complete;
}

async function expectIntact(folder: string, atLeast: number): Promise<Dataset> {
  const dataset = await Dataset.open(folder);
  expect(dataset.episodes.length).toBeGreaterThanOrEqual(atLeast);
  for (const index of dataset.episodes.keys()) {
    expect(await dataset.episode(index)).toEqual(syntheticEpisode(index, syntheticLength(index)));
  }
  const { recordings } = dataset.metadata;
  expect(recordings.reduce((sum, { episodes }) => sum + episodes, 0)).toBe(dataset.episodes.length);
  expect(recordings[0]?.episodes ?? 0).toBe(Math.min(2, dataset.episodes.length));
  await dataset.verify();
  return dataset;
}

/** Appends the episodes that follow, as a person would after the crash. */
async function expectContinuable(folder: string): Promise<void> {
  const recording = { policy: 'expert', noise: 0, seed: 1 };
  const writer = await DatasetWriter.open(folder, { environment: 'counter', recording });
  const first = writer.metadata.recordings.reduce((sum, { episodes }) => sum + episodes, 0);
  for (const index of [first, first + 1])
    await writer.append(syntheticEpisode(index, syntheticLength(index)));
  const dataset = await Dataset.open(folder);
  expect(dataset.episodes).toHaveLength(first + 2);
  expect(dataset.metadata).toEqual(writer.metadata);
  expect(await dataset.episode(first + 1)).toEqual(syntheticEpisode(first + 1, syntheticLength(first + 1)));
  await dataset.verify();
}

describe('a recording that is killed with SIGKILL', () => {
  test.for([1, 4, 9])('after %i episodes keeps them all', async (episodes, { folder }) => {
    const complete = await recordUntilKilled(folder, { episodes });
    await expectIntact(folder, complete);
    await expectContinuable(folder);
  });

  // Between two renames the folder does not change, so these are all the states that a kill can leave.
  test('before any one of its files keeps the episodes before', { timeout: 120_000 }, async ({ folder }) => {
    let states = 0;
    for (let files = 0, complete = 0; complete < 3; files++) {
      const attempt = `${folder}-${files}`;
      complete = await recordUntilKilled(attempt, { files });
      // Killed while it was being created, it is no dataset yet.
      if (complete === 0 && !existsSync(join(attempt, 'zarr.json'))) continue;
      const dataset = await expectIntact(attempt, complete);
      expect(dataset.episodes.length).toBeLessThanOrEqual(complete + 1);
      await expectContinuable(attempt);
      states++;
    }
    expect(states).toBeGreaterThan(30);
  });
});
