import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetEditRequest } from '../../../shared/dataset-edits';
import { flagEpisodes } from '../../datasets/annotations';
import { Dataset } from '../../datasets/dataset';
import { datasetFolder, datasetsFolder, runFolder } from '../../trainer/home';
import { openRunDataset } from '../../trainer/datasets';
import { createRecording } from '../create-recording';
import { createWorldModelRun } from '../create-world-model-run';
import { engine, recordDataset, temporaryStudio } from '../testing/studio';
import { describeDataset, describeInList } from './describe-dataset';
import { editDatasets, newDatasetId, removeDataset } from './edit-datasets';
import { importDataset, inspectImport } from './import-datasets';
import { datasetUses } from './uses';

test('an edit of a dataset that a run was made from leaves what the run needs', async () => {
  const registry = await temporaryStudio();
  const id = await recordDataset(registry, 'pursuit', 'random', 3);
  const run = await createWorldModelRun(registry, { dataset: id, preset: 'nano', settings: {}, engine });
  const cut: DatasetEditRequest = { operation: 'delete', id, episodes: [1], target: { replace: true } };
  await expect(editDatasets(registry, cut)).rejects.toThrow(
    new RegExp(`"pursuit" is needed as it is by .* \\(${run.id}\\): save the edit as a new dataset`),
  );
  const [made] = await editDatasets(registry, { ...cut, target: { name: 'Without the second!' } });
  expect(made).toMatchObject({ id: 'without-the-second', name: 'Without the second!', episodes: 2 });
  expect((await openRunDataset(registry.home, run, 'world-model')).episodes).toHaveLength(3);
  expect(
    registry
      .listDatasets()
      .map((dataset) => dataset.id)
      .sort(),
  ).toEqual(['pursuit', 'without-the-second']);
  expect(datasetUses(registry, id)).toEqual([
    { runId: run.id, name: run.name, kind: 'world-model', status: 'queued' },
  ]);
  await expect(removeDataset(registry, id, { evenIfUsed: false })).rejects.toThrow(/is needed as it is/);
  await removeDataset(registry, id, { evenIfUsed: true });
  expect(registry.listDatasets().map((dataset) => dataset.id)).toEqual(['without-the-second']);
});

test('an edit in place of a dataset that nothing needs', async () => {
  const registry = await temporaryStudio();
  const id = await recordDataset(registry, 'pursuit', 'random', 3);
  const before = registry.getDataset(id);
  await editDatasets(registry, {
    operation: 'trim',
    id,
    episode: 0,
    from: 2,
    to: 9,
    target: { replace: true },
  });
  const after = registry.getDataset(id);
  expect(after.steps).toBeLessThan(before.steps);
  expect(after.contentHash).not.toBe(before.contentHash);
  expect((await Dataset.open(datasetFolder(registry.home, id))).episodes[0]!.length).toBe(7);
});

test('splitting with equal names and merging again give the content back', async () => {
  const registry = await temporaryStudio();
  const id = await recordDataset(registry, 'pursuit', 'random', 4);
  const names: [string, string] = ['Part', 'Part'];
  const parts = await editDatasets(registry, { operation: 'split', id, episodes: [0, 1], names });
  expect(parts.map((part) => part.id)).toEqual(['part', 'part-rest']);
  const ids = parts.map((part) => part.id);
  const [merged] = await editDatasets(registry, { operation: 'merge', ids, name: 'Whole' });
  expect(merged!.contentHash).toBe(registry.getDataset(id).contentHash);
});

test('a dataset with an unfinished recording is changed only as a copy', async () => {
  const registry = await temporaryStudio();
  const dataset = await recordDataset(registry, 'pursuit', 'random', 2);
  const settings = { episodes: 1 };
  const recording = await createRecording(registry, {
    environment: 'pursuit',
    policy: 'expert',
    dataset,
    settings,
  });
  expect(datasetUses(registry, dataset)).toMatchObject([{ runId: recording.id, kind: 'record' }]);
  const request: DatasetEditRequest = {
    operation: 'delete',
    id: dataset,
    episodes: [0],
    target: { replace: true },
  };
  await expect(editDatasets(registry, request)).rejects.toThrow(/is needed as it is/);
  registry.setStatus(recording.id, (state) => ({ ...state, status: 'running' }));
  await expect(editDatasets(registry, { ...request, target: { name: 'Copy' } })).rejects.toThrow(
    /is recording into dataset "pursuit" at the moment/,
  );
  expect(existsSync(runFolder(registry.home, recording.id))).toBe(true);
});

test('ids come from names', async () => {
  const registry = await temporaryStudio();
  const parent = datasetsFolder(registry.home);
  expect(newDatasetId(parent, '  Ünder/../scored, good ones ')).toBe('u-nder-scored-good-ones');
  expect(newDatasetId(parent, '日本')).toBe('dataset');
  await recordDataset(registry, 'pursuit', 'random', 1);
  expect(newDatasetId(parent, 'Pursuit')).toBe('pursuit-2');
});

test('descriptions', async () => {
  const registry = await temporaryStudio();
  const id = await recordDataset(registry, 'pursuit', 'expert', 3);
  const folder = datasetFolder(registry.home, id);
  await flagEpisodes(folder, [2], 'slow');
  const dataset = await Dataset.open(folder);
  const returns = dataset.episodes.map((episode) => episode.return);
  const mean = returns.reduce((sum, value) => sum + value) / 3;
  const item = await describeInList(registry.home, registry.getDataset(id));
  expect(item).toMatchObject({ policies: ['expert'], flaggedEpisodes: 1, importer: 'recorder' });
  expect(item.meanReturn).toBeCloseTo(mean, 10);
  const detail = await describeDataset(registry, dataset);
  expect([...detail.episodes.returns]).toEqual(returns);
  expect([...detail.episodes.recordings]).toEqual([0, 0, 0]);
  expect(detail.flags).toMatchObject([{ episode: 2, note: 'slow' }]);
  expect(detail.bytes).toBeGreaterThan(1000);
});

test('importing a folder of another studio, and files under a built-in name', async () => {
  const registry = await temporaryStudio();
  const other = await temporaryStudio();
  const id = await recordDataset(other, 'pursuit', 'random', 2);
  const path = datasetFolder(other.home, id);
  expect(await inspectImport(path)).toMatchObject({ format: 'studio', environment: 'pursuit' });
  const answers = { name: 'From there', environment: 'pursuit', policy: 'random' };
  const record = await importDataset(registry, path, answers);
  expect(record).toMatchObject({ id: 'from-there', contentHash: other.getDataset(id).contentHash });
  const colour = join(import.meta.dirname, '../../datasets/import/fixtures/minari');
  await expect(importDataset(registry, colour, answers)).rejects.toThrow(
    /have 4 actions and 3 colour channels, but Pursuit has/,
  );
  const elsewhere = await importDataset(registry, colour, { ...answers, environment: 'elsewhere' });
  expect(elsewhere).toMatchObject({ environment: 'elsewhere', episodes: 2 });
});
