import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunDescription, RunState } from '../../shared/runs';
import { saveCheckpoint } from '../trainer/checkpoint';
import { writeHeartbeat } from '../trainer/heartbeat';
import { datasetFolder, registryFile, runFolder } from '../trainer/home';
import { MetricsWriter, metricsFile, truncateMetrics } from '../trainer/metrics';
import { createRunFolder, readState } from '../trainer/run-folder';
import { canMount, exampleRun, temporaryFolder, temporaryMebibyte } from '../trainer/test-support';
import { Registry } from './registry';

async function open(home: string): Promise<Registry> {
  const registry = await Registry.open(home);
  let closed = false;
  const close = registry.close.bind(registry);
  registry.close = () => {
    if (!closed) close();
    closed = true;
  };
  onTestFinished(() => registry.close());
  return registry;
}

function newRun(home: string, registry: Registry, name = 'Example'): RunDescription {
  const run = createRunFolder(home, { ...exampleRun, name }, 60);
  registry.upsertRun(run, readState(runFolder(home, run.id)));
  return run;
}

function state(status: RunState['status'], rest: Partial<RunState> = {}): RunState {
  return { status, step: 10, totalSteps: 60, message: 'x', updated: new Date().toISOString(), ...rest };
}

function writeMetrics(
  folder: string,
  from: number,
  to: number,
  value = (step: number): number => 1 / step,
): void {
  const writer = new MetricsWriter(folder);
  for (let step = from; step <= to; step++) writer.write(step, { loss: value(step), 'kl/prior': step });
  writer.close();
}

/** What a recorder's header says; the pixels are of no interest here. */
function writeDataset(home: string, id: string, episodes: number): string {
  const folder = datasetFolder(home, id);
  mkdirSync(folder, { recursive: true });
  const recording = {
    policy: 'expert',
    noise: 0,
    seed: 1,
    meanReturn: 1,
    minimumReturn: 1,
    maximumReturn: 1,
  };
  const ditto = {
    formatVersion: 1,
    id,
    name: 'Expert',
    environment: 'balance',
    observationShape: [64, 64, 1],
    actionNames: ['left', 'right'],
    created: '2026-11-22T13:14:05.000Z',
    recordings: [{ ...recording, episodes, steps: episodes * 200 }],
    pixelMean: 1,
    pixelStandardDeviation: 1,
    pixelSum: 1,
    pixelSumOfSquares: 1,
    codec: 'zstd',
    contentHash: 'a'.repeat(64),
    importer: 'recorder',
    studioVersion: '0.1.0',
  };
  writeFileSync(
    join(folder, 'zarr.json'),
    JSON.stringify({ zarr_format: 3, node_type: 'group', attributes: { ditto } }),
  );
  return folder;
}

/** Every row of every table. */
function dump(home: string): Record<string, unknown[]> {
  const database = new BetterSqlite3(registryFile(home), { readonly: true });
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .all() as string[];
  const rows = names.map((name) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2, 3`).all()]);
  database.close();
  return Object.fromEntries(rows) as Record<string, unknown[]>;
}

/** Two runs, one of them finished with everything a run can have, and a dataset. */
async function populate(home: string): Promise<RunDescription> {
  const registry = await open(home);
  await registry.registerDataset(writeDataset(home, 'balance-1', 8));
  newRun(home, registry, 'Waiting');
  const run = newRun(home, registry);
  const folder = runFolder(home, run.id);
  writeMetrics(folder, 1, 1000);
  registry.ingestMetrics(run.id);
  await saveCheckpoint(folder, 30, { tensors: {}, state: {} });
  await saveCheckpoint(folder, 60, { tensors: {}, state: {} }, { score: -0.5 });
  registry.recordCheckpoints(run.id);
  writeFileSync(join(folder, 'artifacts', 'policy.onnx'), 'x');
  registry.addArtifact(run.id, { kind: 'policy-onnx', path: 'artifacts/policy.onnx', created: run.created });
  registry.setStatus(run.id, state('finished', { summary: { return: 487.5, table: [1, { a: null }] } }));
  registry.close();
  return run;
}

test('runs are listed newest first, filtered, and found by id', async () => {
  const home = temporaryFolder();
  const registry = await open(home);
  const runs = [newRun(home, registry, 'A'), newRun(home, registry, 'B'), newRun(home, registry, 'C')];
  registry.setStatus(runs[1]!.id, state('paused'));
  const newestFirst = runs
    .map(({ id, created }) => ({ id, created }))
    .sort((a, b) => (a.created === b.created ? (a.id < b.id ? 1 : -1) : a.created < b.created ? 1 : -1));
  expect(registry.listRuns().map(({ id }) => id)).toEqual(newestFirst.map(({ id }) => id));
  expect(registry.listRuns({ status: 'paused' }).map(({ name }) => name)).toEqual(['B']);
  expect(registry.listRuns({ kind: 'agent' })).toEqual([]);
  expect(registry.listRuns({ limit: 2 })).toHaveLength(2);
  expect(registry.getRun(runs[0]!.id)).toMatchObject({
    ...runs[0],
    state: { status: 'queued', totalSteps: 60 },
  });
  expect(() => registry.getRun('nobody')).toThrow(/^There is no run "nobody"/);
});

describe('metrics', () => {
  test('are taken in piece by piece, without the torn last line', async () => {
    const home = temporaryFolder();
    const registry = await open(home);
    const { id } = newRun(home, registry);
    const folder = runFolder(home, id);
    expect(registry.ingestMetrics(id)).toEqual({ rows: 0, damaged: 0 });
    writeMetrics(folder, 1, 10);
    expect(registry.ingestMetrics(id)).toEqual({ rows: 10, damaged: 0 });
    writeFileSync(metricsFile(folder), 'lost block\n{"step":11,"time":1,"loss":7}\n{"step":12', {
      flag: 'a',
    });
    expect(registry.ingestMetrics(id)).toEqual({ rows: 1, damaged: 1 });
    expect(registry.ingestMetrics(id)).toEqual({ rows: 0, damaged: 0 });
    expect(registry.metricNames(id)).toEqual(['kl/prior', 'loss']);
    expect(registry.metricSeries(id, 'loss')).toHaveLength(11);
    expect(registry.metricSeries(id, 'loss').at(-1)).toEqual({ step: 11, value: 7 });
  });

  test('stay single-valued over a resume, even one that has outgrown the old file by the next look', async () => {
    const home = temporaryFolder();
    const registry = await open(home);
    const { id } = newRun(home, registry);
    const folder = runFolder(home, id);
    writeMetrics(folder, 1, 50);
    registry.ingestMetrics(id);
    truncateMetrics(folder, 30);
    registry.ingestMetrics(id);
    expect(registry.metricSeries(id, 'loss').at(-1)!.step).toBe(30);
    writeMetrics(folder, 31, 50);
    registry.ingestMetrics(id);
    truncateMetrics(folder, 30);
    writeMetrics(folder, 31, 200, () => 5);
    registry.ingestMetrics(id);
    const series = registry.metricSeries(id, 'loss');
    expect(series.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(series.slice(30).every(({ value }) => value === 5)).toBe(true);
  });

  test('are summed up over their finite values', async () => {
    const home = temporaryFolder();
    const registry = await open(home);
    const { id } = newRun(home, registry);
    const values = [3, NaN, 1, 8, 2, Infinity];
    writeMetrics(runFolder(home, id), 1, 6, (step) => values[step - 1]!);
    registry.ingestMetrics(id);
    expect(registry.metricSummary(id, 'loss')).toEqual({
      count: 4,
      last: { step: 5, value: 2 },
      minimum: { step: 3, value: 1 },
      maximum: { step: 4, value: 8 },
    });
    expect(registry.metricSeries(id, 'loss')[1]).toEqual({ step: 2, value: null });
    expect(registry.metricSummary(id, 'nothing')).toBeUndefined();
  });
});

describe('rebuilding', () => {
  test('gives the same content when the database was deleted', async () => {
    const home = temporaryFolder();
    const run = await populate(home);
    const before = dump(home);
    expect(before['metrics']).toHaveLength(2000);
    expect(before['checkpoints']).toHaveLength(2);
    for (const suffix of ['', '-wal', '-shm']) rmSync(registryFile(home) + suffix, { force: true });
    const registry = await open(home);
    expect(registry.notices).toEqual([]);
    expect(registry.getRun(run.id).state.summary).toEqual({ return: 487.5, table: [1, { a: null }] });
    registry.close();
    expect(dump(home)).toEqual(before);
  });

  test('gives the same content on request', async () => {
    const home = temporaryFolder();
    await populate(home);
    const before = dump(home);
    const registry = await open(home);
    expect(await registry.rebuild()).toEqual({ runs: 2, datasets: 1 });
    registry.close();
    expect(dump(home)).toEqual(before);
  });

  test('gives the same content when a page was damaged, and keeps the damaged file', async () => {
    const home = temporaryFolder();
    await populate(home);
    const before = dump(home);
    const bytes = readFileSync(registryFile(home));
    bytes.fill(0x5a, bytes.length - 8192, bytes.length - 4096);
    writeFileSync(registryFile(home), bytes);
    const registry = await open(home);
    expect(registry.notices).toEqual([
      expect.stringMatching(/^The registry was damaged and is being rebuilt/),
    ]);
    registry.close();
    expect(dump(home)).toEqual(before);
    const aside = readdirSync(home).find((name) => name.startsWith('registry.sqlite.damaged-'));
    expect(readFileSync(join(home, aside!))).toEqual(bytes);
  });

  test('skips what cannot be read and says so', async () => {
    const home = temporaryFolder();
    const run = await populate(home);
    mkdirSync(join(home, 'runs', 'not a run'));
    mkdirSync(join(home, 'runs', 'cut-short'));
    mkdirSync(join(home, 'runs', 'broken'));
    writeFileSync(join(home, 'runs', 'broken', 'run.json'), '{}');
    writeFileSync(join(writeDataset(home, 'broken', 1), 'zarr.json'), '{}');
    writeFileSync(join(runFolder(home, run.id), 'status.json'), '');
    const registry = await open(home);
    await registry.rebuild();
    expect(registry.listRuns()).toHaveLength(2);
    expect(registry.getRun(run.id).state).toMatchObject({ status: 'interrupted', step: 60 });
    expect(registry.listDatasets().map(({ id }) => id)).toEqual(['balance-1']);
    for (const part of ['broken/run.json', 'datasets/broken', 'status.json']) {
      expect(
        registry.notices.some((notice) => notice.replaceAll('\\', '/').includes(part)),
        part,
      ).toBe(true);
    }
  });
});

describe('reconciling', () => {
  /** A run that a studio left as running. */
  function running(home: string, registry: Registry): RunDescription {
    const run = newRun(home, registry);
    registry.setStatus(run.id, state('running'));
    return run;
  }

  test('a run whose trainer is dead is interrupted, in its folder too; others stay as they are', async () => {
    const home = temporaryFolder();
    const first = await open(home);
    const dead = running(home, first);
    await saveCheckpoint(runFolder(home, dead.id), 30, { tensors: {}, state: {} });
    const heartbeat = { pid: process.pid, processStart: 'another boot/1', time: 0, step: 34 };
    writeFileSync(join(runFolder(home, dead.id), 'heartbeat.json'), JSON.stringify(heartbeat));
    const silent = running(home, first);
    const alive = running(home, first);
    writeHeartbeat(runFolder(home, alive.id), process.pid, 10);
    const queued = newRun(home, first);
    first.close();
    const registry = await open(home);
    expect(registry.getRun(dead.id).state).toMatchObject({
      status: 'interrupted',
      step: 34,
      message: 'The trainer died: resume the run to continue from the checkpoint of step 30.',
    });
    expect(readState(runFolder(home, dead.id))).toEqual(registry.getRun(dead.id).state);
    expect(registry.getRun(silent.id).state.status).toBe('interrupted');
    expect(registry.getRun(alive.id).state.status).toBe('running');
    expect(registry.getRun(queued.id).state.status).toBe('queued');
    expect(registry.notices).toHaveLength(2);
  });

  test('a status that was written without reaching the database is followed', async () => {
    const home = temporaryFolder();
    const first = await open(home);
    const run = newRun(home, first);
    first.close();
    const file = join(runFolder(home, run.id), 'status.json');
    writeFileSync(file, JSON.stringify(state('finished', { summary: { return: 1 } })));
    expect((await open(home)).getRun(run.id).state).toMatchObject({
      status: 'finished',
      summary: { return: 1 },
    });
  });

  test('folders that are gone are forgotten, and those that came are taken in', async () => {
    const home = temporaryFolder();
    const run = await populate(home);
    const away = join(home, 'away');
    renameSync(runFolder(home, run.id), away);
    renameSync(datasetFolder(home, 'balance-1'), join(home, 'away-dataset'));
    const without = await open(home);
    expect(without.listRuns().map(({ name }) => name)).toEqual(['Waiting']);
    expect(without.metricNames(run.id)).toEqual([]);
    expect(without.listDatasets()).toEqual([]);
    without.close();
    renameSync(away, runFolder(home, run.id));
    renameSync(join(home, 'away-dataset'), datasetFolder(home, 'balance-1'));
    const withAgain = await open(home);
    expect(withAgain.metricSeries(run.id, 'loss')).toHaveLength(1000);
    expect(withAgain.getDataset('balance-1')).toMatchObject({
      episodes: 8,
      steps: 1600,
      folder: 'datasets/balance-1',
    });
  });
});

test('two registries on one home see each other and do not overwrite a newer verdict', async () => {
  const home = temporaryFolder();
  const [one, other] = [await open(home), await open(home)];
  const run = newRun(home, one);
  expect(other.getRun(run.id).state.status).toBe('queued');
  one.setStatus(run.id, state('finished'));
  const seen = other.setStatus(run.id, (current) => current);
  expect(seen.status).toBe('finished');
});

test.skipIf(!canMount)(
  'a full disk (a small tmpfs, as root) is one sentence, and costs nothing once there is room',
  async () => {
    const home = temporaryMebibyte();
    const registry = await open(home);
    const { id } = newRun(home, registry);
    writeMetrics(runFolder(home, id), 1, 2000);
    const ballast = join(home, 'ballast');
    const { bavail, bsize } = statfsSync(home);
    writeFileSync(ballast, new Uint8Array(bavail * bsize - 16 * 1024));
    expect(() => registry.ingestMetrics(id)).toThrow(/^The disk is full/);
    expect(registry.metricSeries(id, 'loss')).toEqual([]);
    writeFileSync(join(home, 'rest'), new Uint8Array(statfsSync(home).bavail * bsize));
    expect(() => registry.setStatus(id, state('running'))).toThrow(/ENOSPC/);
    expect(registry.getRun(id).state.status).toBe('queued');
    rmSync(ballast);
    expect(registry.ingestMetrics(id)).toEqual({ rows: 2000, damaged: 0 });
    expect(registry.setStatus(id, state('paused'))).toEqual(readState(runFolder(home, id)));
    // Before the disk goes: temporary folders are taken away in the reverse order of their making.
    registry.close();
  },
);
