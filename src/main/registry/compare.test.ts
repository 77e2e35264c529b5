import { rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import BetterSqlite3 from 'better-sqlite3';
import { comparisonRequestSchema } from '../../shared/compare';
import { randomGenerator } from '../../shared/random';
import { registryFile, runFolder } from '../trainer/home';
import { MetricsWriter } from '../trainer/metrics';
import { createRunFolder, readState } from '../trainer/run-folder';
import { exampleRun, temporaryFolder } from '../trainer/test-support';
import { migrations } from './migrations';
import { migrate } from './migrations/migrate';
import { Registry } from './registry';

async function open(home = temporaryFolder()): Promise<Registry> {
  const registry = await Registry.open(home);
  onTestFinished(() => registry.close());
  return registry;
}

function addRun(
  registry: Registry,
  seed: number,
  loss: (step: number) => number,
  steps: number,
  settings = {},
): string {
  const { home } = registry;
  const configuration = { steps: 60, training: { seed }, ...settings };
  const run = createRunFolder(home, { ...exampleRun, seed, configuration }, 60);
  registry.upsertRun(run, readState(runFolder(home, run.id)));
  const writer = new MetricsWriter(runFolder(home, run.id));
  for (let step = 0; step < steps; step++) writer.write(step, { loss: loss(step) });
  writer.close();
  registry.ingestMetrics(run.id);
  return run.id;
}

const request = (runIds: string[], rest = {}) =>
  comparisonRequestSchema.parse({ runIds, metric: 'loss', maximumPoints: 100, ...rest });

const noisy = (seed: number) => {
  const random = randomGenerator(seed, 'compare');
  return (step: number) => Math.exp(-step / 2000) + 0.2 * random.normal();
};

test('a long curve has few points, in order, with both ends and every spike', async () => {
  const registry = await open();
  const spike = (step: number) => (step === 5000 ? 100 : step === 7001 ? -100 : Math.sin(step / 500));
  const id = addRun(registry, 1, spike, 10_007);
  for (const maximumPoints of [4, 5, 10, 999]) {
    const { curve } = registry.compare(request([id], { maximumPoints })).runs[0]!;
    const steps = [...curve.steps];
    expect(steps.length).toBeLessThanOrEqual(maximumPoints);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect([steps.at(0), steps.at(-1)]).toEqual([0, 10_006]);
    expect(curve.values[steps.indexOf(5000)]).toBe(100);
    expect(curve.values[steps.indexOf(7001)]).toBe(-100);
    curve.values.forEach((value, index) => expect(value).toBe(spike(steps[index]!)));
  }
});

test('a short curve is whole, and so is a short part of a long one', async () => {
  const registry = await open();
  const [short, long] = [addRun(registry, 1, Math.sqrt, 100), addRun(registry, 2, Math.sqrt, 10_000)];
  expect(registry.compare(request([short])).runs[0]!.curve.steps).toHaveLength(100);
  const zoomed = registry.compare(request([long], { range: { from: 500, to: 540 } }));
  expect(zoomed.range).toEqual({ from: 0, to: 9999 });
  // With a neighbour on either side, so that the line reaches the edges.
  expect([...zoomed.runs[0]!.curve.steps]).toEqual(Array.from({ length: 43 }, (_, index) => 499 + index));
});

test('a stretch without a finite value is a gap', async () => {
  const registry = await open();
  const id = addRun(registry, 1, (step) => (step < 5000 ? step : NaN), 10_000);
  const { steps, values } = registry.compare(request([id])).runs[0]!.curve;
  expect(steps.length).toBeGreaterThan(20);
  steps.forEach((step, index) => expect(Number.isNaN(values[index])).toBe(step >= 5000));
});

test('runs without the metric are left out; with none of them there is no range', async () => {
  const registry = await open();
  const id = addRun(registry, 1, Math.sqrt, 10);
  expect(registry.compare(request(['nobody', id])).runs.map(({ runId }) => runId)).toEqual([id]);
  expect(registry.compare(request(['nobody']))).toEqual({
    metric: 'loss',
    range: null,
    runs: [],
    groups: [],
  });
  expect(registry.sharedMetrics(['nobody', id])).toEqual([{ name: 'loss', runs: 1 }]);
});

test('smoothing shows the trend beside the curve, and zooming in does not change it', async () => {
  const registry = await open();
  const id = addRun(registry, 1, noisy(1), 20_000);
  const whole = registry.compare(request([id], { smoothing: 0.98, maximumPoints: 400 })).runs[0]!;
  expect(whole.curve.steps.length).toBeGreaterThan(100);
  const trend = (step: number): number => Math.exp(-step / 2000);
  whole.smoothed!.values.forEach((value, index) => {
    if (index > 20) expect(Math.abs(value - trend(whole.smoothed!.steps[index]!))).toBeLessThan(0.2);
  });
  const range = { from: 8000, to: 8400 };
  const zoomed = registry.compare(request([id], { smoothing: 0.98, maximumPoints: 400, range })).runs[0]!;
  const reference = registry.compare(request([id], { smoothing: 0.98, maximumPoints: 5000 })).runs[0]!;
  const nearest = (step: number): number => {
    const distances = reference.smoothed!.steps.map((other) => Math.abs(other - step));
    return reference.smoothed!.values[distances.indexOf(Math.min(...distances))]!;
  };
  zoomed.smoothed!.steps.forEach((step, index) => {
    expect(Math.abs(zoomed.smoothed!.values[index]! - nearest(step))).toBeLessThan(0.03);
  });
});

test('seeds become a band, and a run that is alone stays a curve', async () => {
  const registry = await open();
  const ids = [1, 2, 3].map((seed) => addRun(registry, seed, (step) => seed * step, 50));
  const alone = addRun(registry, 1, Math.sqrt, 50, { steps: 70 });
  expect(registry.seedGroups([ids[0]!, alone, ...ids.slice(1), 'nobody'])).toEqual([ids, [alone]]);
  const { runs, groups } = registry.compare(request([alone, ...ids], { groupSeeds: true }));
  expect(runs.map(({ runId }) => runId)).toEqual([alone]);
  expect(groups).toHaveLength(1);
  const [group] = groups;
  expect(group!.runIds).toEqual(ids);
  expect(group!.steps).toHaveLength(50);
  expect([group!.mean[10], group!.minimum[10], group!.maximum[10]]).toEqual([20, 10, 30]);
  expect(group!.standardError[10]).toBeCloseTo(10 / Math.sqrt(3), 12);
  expect(group!.measured).toBeNull();
  const [smoothed] = registry.compare(request(ids, { groupSeeds: true, smoothing: 0.9 })).groups;
  expect(smoothed!.measured!.values[10]).toBe(20);
  expect(smoothed!.mean[10]).toBeLessThan(20);
});

test('the table has the last, the lowest and the highest', async () => {
  const registry = await open();
  const values = [3, NaN, 1, 8, 2];
  const id = addRun(registry, 1, (step) => values[step]!, 5);
  const late = addRun(registry, 2, (step) => (step < 3 ? NaN : step), 5);
  expect(registry.compareInTable([id, late, 'nobody'], 'loss')).toEqual([
    {
      runId: id,
      count: 4,
      last: { step: 4, value: 2 },
      minimum: { step: 2, value: 1 },
      maximum: { step: 3, value: 8 },
    },
    {
      runId: late,
      count: 2,
      last: { step: 4, value: 4 },
      minimum: { step: 3, value: 3 },
      maximum: { step: 4, value: 4 },
    },
  ]);
});

test('a value at a step is the newest finite one, and a run that begins later has none', async () => {
  const registry = await open();
  const values = [3, NaN, 1, NaN, 2];
  const id = addRun(registry, 1, (step) => values[step]!, 5);
  const late = addRun(registry, 2, (step) => (step < 3 ? NaN : step), 5);
  const at = (step: number) => registry.valuesAtStep([id, late, 'nobody'], 'loss', step);
  expect(at(1.5)).toEqual([{ runId: id, step: 0, value: 3 }]);
  expect(at(3)).toEqual([
    { runId: id, step: 2, value: 1 },
    { runId: late, step: 3, value: 3 },
  ]);
  expect(registry.valuesAtStep([id], 'reward', 3)).toEqual([]);
});

test('taking a curve in piece by piece gives the same buckets, also where steps repeat', async () => {
  const registry = await open();
  const [whole, pieces] = [addRun(registry, 1, Math.cos, 3000), addRun(registry, 2, Math.cos, 0)];
  const folder = runFolder(registry.home, pieces);
  for (let start = 0; start < 3000; start += 700) {
    const writer = new MetricsWriter(folder);
    const end = Math.min(3000, start + 700);
    // The first of them is written twice; the later value counts.
    writer.write(start, { loss: 7 });
    for (let step = start; step < end; step++) writer.write(step, { loss: Math.cos(step) });
    writer.close();
    registry.ingestMetrics(pieces);
  }
  const [a, b] = registry.compare(request([whole, pieces])).runs;
  expect(b!.curve).toEqual(a!.curve);
  const [first, second] = registry.compareInTable([whole, pieces], 'loss');
  expect({ ...second, runId: whole }).toEqual(first);
});

test('a registry of an older studio takes the metrics in from the folders', async () => {
  const home = temporaryFolder();
  const first = await Registry.open(home);
  const id = addRun(first, 1, Math.sqrt, 100);
  first.close();
  const newest = new BetterSqlite3(registryFile(home));
  const row = newest.prepare('SELECT * FROM runs').get() as Record<string, unknown>;
  newest.close();
  // As the second version left it: runs and their metrics, without series.
  const path = registryFile(home);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  const old = new BetterSqlite3(path);
  migrate(old, migrations.slice(0, 2));
  const columns = Object.keys(row);
  old
    .prepare(`INSERT INTO runs (${columns.join()}) VALUES (${columns.map((column) => `@${column}`).join()})`)
    .run(row);
  old.prepare("INSERT INTO metrics VALUES (?, 'loss', 1, 1)").run(id);
  old.prepare("INSERT INTO metric_files VALUES (?, 10, 'x')").run(id);
  old.close();
  const registry = await open(home);
  expect(registry.getRun(id).state).toEqual(readState(runFolder(home, id)));
  expect(registry.compare(request([id])).runs[0]!.curve.steps).toHaveLength(100);
});
