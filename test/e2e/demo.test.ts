import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import BetterSqlite3 from 'better-sqlite3';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStudio, studioJson, temporaryHome } from './support';

interface Measured {
  mean: number;
  se: number;
  n: number;
  latentDistance?: number;
  actionAccuracy?: number;
}

interface DemoDocument {
  expert: Measured;
  ditto: Measured;
  bc: Measured;
  random: Measured;
  seconds: number;
  seed: number;
  runs: Record<'worldModel' | 'ditto' | 'bc' | 'evaluation', string>;
  datasets: Record<'expert' | 'practice', string>;
  files: Record<'policy' | 'filmstrip' | 'learningCurve', string>;
  exportDifference: number;
}

const { home, remove } = temporaryHome();
let demo: DemoDocument;
let progress: string;

beforeAll(async () => {
  const command = startStudio(['demo', '--preset', 'nano', '--seed', '3', '--json', '--home', home]);
  const { code, stdout, stderr } = await command.done;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  demo = JSON.parse(lines[0]!) as DemoDocument;
  progress = stderr;
});
afterAll(remove);

test('the demo ends with one line of results', () => {
  expect(Object.keys(demo).slice(0, 5)).toEqual(['expert', 'ditto', 'bc', 'random', 'seconds']);
  expect(demo.expert).toEqual({ mean: 200, se: 0, n: 4 });
  for (const measured of [demo.ditto, demo.bc, demo.random]) {
    expect(measured.n).toBe(4);
    expect(measured.mean).toBeGreaterThan(0);
    expect(measured.mean).toBeLessThan(200);
    expect(measured.se).toBeGreaterThan(0);
  }
  for (const { latentDistance, actionAccuracy } of [demo.ditto, demo.bc]) {
    expect(latentDistance).toBeGreaterThan(0);
    expect(latentDistance).toBeLessThan(1);
    expect(actionAccuracy).toBeGreaterThan(0);
    expect(actionAccuracy).toBeLessThan(1);
  }
  expect(demo.seed).toBe(3);
  expect(demo.seconds).toBeGreaterThan(0);
});

test('while it works it tells how far it is, and the time that is left', () => {
  for (const step of ['Record the expert', 'Train the world model', 'Train DITTO inside it']) {
    expect(progress).toContain(`${step}: 100 %`);
  }
  expect(progress).toMatch(/All: \d+ %, about .* left/);
});

test('every step is a finished run in folders and registry', async () => {
  const database = new BetterSqlite3(join(home, 'registry.sqlite'), { readonly: true });
  const runs = database.prepare('SELECT id, kind, status, step, total_steps FROM runs').all() as {
    id: string;
    kind: string;
    status: string;
    step: number;
    total_steps: number;
  }[];
  expect(runs.map(({ kind }) => kind).sort()).toEqual([
    ...['agent', 'agent', 'evaluation', 'record', 'record', 'record', 'world-model'],
  ]);
  for (const { id, status, step, total_steps: totalSteps } of runs) {
    expect({ id, status, step }).toEqual({ id, status: 'finished', step: totalSteps });
    const stored = JSON.parse(readFileSync(join(home, 'runs', id, 'status.json'), 'utf8')) as object;
    expect(stored).toMatchObject({ status: 'finished', step, totalSteps });
  }
  const metrics = database
    .prepare('SELECT count(*) FROM metrics JOIN metric_series ON series = id WHERE run_id = ? AND name = ?')
    .pluck();
  expect(metrics.get(demo.runs.worldModel, 'loss')).toBe(60);
  expect(metrics.get(demo.runs.ditto, 'validation/latentDistance')).toBe(3);
  expect(metrics.get(demo.runs.bc, 'validation/actionAccuracy')).toBe(3);
  database.close();

  const datasets = await studioJson<{ id: string; episodes: number }[]>('datasets', '--home', home);
  const episodes = Object.fromEntries(datasets.map((dataset) => [dataset.id, dataset.episodes]));
  expect(episodes).toEqual({ [demo.datasets.expert]: 6, [demo.datasets.practice]: 10 });
});

test('its files are what they claim to be, and are listed with their checksums', async () => {
  const { policy, filmstrip, learningCurve } = demo.files;
  const { width, height } = await loadImage(filmstrip);
  // A slide, 10 inches of 200 dots.
  expect(width).toBe(2000);
  expect(height).toBeGreaterThan(900);
  const svg = readFileSync(learningCurve, 'utf8');
  expect(svg).toMatch(/^<\?xml.*<svg [^>]*>.*<\/svg>\s*$/s);
  for (const id of [demo.runs.ditto, demo.runs.bc, demo.runs.worldModel]) expect(svg).toContain(id);
  expect(svg).toMatch(/<text[^>]*>Latent distance/);
  // Two columns of a page, 6.75 inches, in points.
  expect(svg).toMatch(/<svg[^>]* width="486pt"/);
  expect(existsSync(policy)).toBe(true);

  const run = await studioJson<{ folder: string; artifacts: { path: string; sha256: string }[] }>(
    ...['show', demo.runs.ditto, '--home', home],
  );
  const listed = new Map(run.artifacts.map(({ path, sha256 }) => [join(run.folder, path), sha256]));
  for (const file of [policy, filmstrip, learningCurve]) {
    expect(listed.get(file)).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
  }
  expect(dirname(policy)).toBe(join(home, 'runs', demo.runs.ditto, 'artifacts'));
});

test('the exported policy plays by itself', async () => {
  expect(demo.exportDifference).toBeLessThan(1e-5);
  const session = await ort.InferenceSession.create(demo.files.policy);
  const floats = (count: number, ...shape: number[]): ort.Tensor =>
    new ort.Tensor('float32', new Float32Array(count).fill(0.5), shape);
  const outputs = await session.run({
    deterministic: floats(32, 1, 32),
    stochastic: floats(16, 1, 16),
    observations: new ort.Tensor('uint8', new Uint8Array(64 * 64), [1, 64, 64, 1]),
    previousActions: new ort.Tensor('int32', Int32Array.of(-1), [1]),
    isFirst: floats(1, 1, 1, 1),
    uniform: floats(4, 1, 1, 4),
    actionUniform: floats(1, 1, 1),
  });
  expect([0, 1, 2]).toContain(Number(outputs['actions']!.data[0]));
  expect(outputs['logits']!.dims).toEqual([1, 3]);
  expect(outputs['next_deterministic']!.dims).toEqual([1, 32]);
  await session.release();
});
