import { expect, onTestFinished, test } from 'vitest';
import { figureRequestSchema, type FigureRequest } from '../../../shared/figures';
import { StudioError } from '../../../shared/errors';
import type { NewRun } from '../../trainer/run-folder';
import { Registry } from '../../registry/registry';
import { runFolder } from '../../trainer/home';
import { MetricsWriter } from '../../trainer/metrics';
import { createRunFolder, readState, writeState } from '../../trainer/run-folder';
import { encodeSafetensors } from '../../trainer/safetensors';
import { exampleRun, temporaryFolder } from '../../trainer/test-support';
import { writeRunArtifact } from '../run-artifacts';
import { describeFigure, drawFigure } from './draw';

async function open(): Promise<Registry> {
  const registry = await Registry.open(temporaryFolder());
  onTestFinished(() => registry.close());
  return registry;
}

function addRun(registry: Registry, given: Partial<NewRun>, summary?: Record<string, never>): string {
  const run = createRunFolder(registry.home, { ...exampleRun, ...given }, 60);
  const folder = runFolder(registry.home, run.id);
  if (summary) writeState(folder, { ...readState(folder), status: 'finished', summary });
  registry.upsertRun(run, readState(folder));
  return run.id;
}

function addAgent(
  registry: Registry,
  method: string,
  seed: number,
  reward: (step: number) => number,
): string {
  const configuration = { method, training: { seed } };
  const id = addRun(registry, { kind: 'agent', name: `Agent ${method}`, seed, configuration });
  const writer = new MetricsWriter(runFolder(registry.home, id));
  for (let step = 1; step <= 50; step++) writer.write(step, { reward: reward(step) });
  writer.close();
  registry.ingestMetrics(id);
  return id;
}

interface Result {
  name: string;
  mean: number;
  [other: string]: unknown;
}

function addEvaluation(registry: Registry, results: readonly Result[], environment = 'pursuit'): string {
  const summary = {
    results: results.map((result) => ({ standardError: 2, episodes: 4, returns: [result.mean], ...result })),
  };
  const configuration = { environment };
  return addRun(registry, { kind: 'evaluation', name: 'Evaluation', configuration }, summary as never);
}

const parse = (request: object): FigureRequest => figureRequestSchema.parse(request);
const rows = (registry: Registry, request: object) => describeFigure(registry, parse(request)).table.rows;

test('a learning curve has seeds as a mean with a band, and a run without sisters as it is', async () => {
  const registry = await open();
  const seeds = [1, 2, 3].map((seed) => addAgent(registry, 'ditto', seed, (step) => seed * step));
  const alone = addAgent(registry, 'bc', 1, (step) => -step);
  const request = { kind: 'learning-curve', runIds: [alone, ...seeds], metrics: ['reward'], band: 'range' };
  const drawn = rows(registry, request);
  expect(drawn).toHaveLength(100);
  expect(drawn[9]).toEqual([
    'Imagined reward per step',
    'Behaviour cloning',
    'measured',
    10,
    -10,
    null,
    null,
  ]);
  expect(drawn[59]).toEqual(['Imagined reward per step', 'DITTO (3 seeds)', 'mean', 10, 20, 10, 30]);
  const [, , , , mean, low, high] = rows(registry, { ...request, band: 'standard-error' })[59]!;
  expect(mean).toBe(20);
  expect(low).toBeCloseTo(20 - 10 / Math.sqrt(3), 9);
  expect(high).toBeCloseTo(20 + 10 / Math.sqrt(3), 9);
});

test('a smoothed curve stands beside the curve as measured', async () => {
  const registry = await open();
  const id = addAgent(registry, 'ditto', 1, (step) => step % 2);
  const drawn = rows(registry, { kind: 'learning-curve', runIds: [id], metrics: ['reward'], smoothing: 0.9 });
  const values = (line: string) => drawn.filter((row) => row[2] === line).map((row) => Number(row[4]));
  expect(values('measured')).toEqual(Array.from({ length: 50 }, (_, index) => (index + 1) % 2));
  expect(values('smoothed')).toHaveLength(50);
  expect(Math.abs(values('smoothed').at(-1)! - 0.5)).toBeLessThan(0.1);
});

test('methods are compared by their agents’ newest evaluations, beside the expert and random actions', async () => {
  const registry = await open();
  const agent = (runId: string, method: string, mean: number) => ({ name: runId, runId, method, mean });
  const ids = ['ditto', 'ditto', 'bc'].map((method, seed) => addAgent(registry, method, seed, () => 0));
  const old = addEvaluation(registry, [agent(ids[0]!, 'ditto', 1)]);
  const newer = addEvaluation(registry, [
    { name: 'expert', mean: 200 },
    { name: 'random', mean: 10 },
    agent(ids[0]!, 'ditto', 100),
    agent(ids[1]!, 'ditto', 120),
    agent(ids[2]!, 'bc', 60),
  ]);
  expect(rows(registry, { kind: 'method-comparison', runIds: [newer, old] })).toEqual([
    ['DITTO', 'mean', 110, 100, 120, '2 agents'],
    ['DITTO', 'agent', 100, null, null, null],
    ['DITTO', 'agent', 120, null, null, null],
    ['Behaviour cloning', 'mean', 60, 58, 62, '4 episodes of 1 agent'],
    ['Expert', 'reference', 200, null, null, null],
    ['Random', 'reference', 10, null, null, null],
  ]);
});

test('the distance stands against the return, an agent a point', async () => {
  const registry = await open();
  const ids = ['ditto', 'bc'].map((method) => addAgent(registry, method, 1, () => 0));
  const evaluation = addEvaluation(registry, [
    { name: 'expert', mean: 200 },
    { name: 'DITTO', runId: ids[0], method: 'ditto', mean: 150, latentDistance: 0.1 },
    { name: 'BC', runId: ids[1], method: 'bc', mean: 60, latentDistance: 0.4 },
  ]);
  const request = { kind: 'latent-distance', runIds: [evaluation] };
  expect(rows(registry, request)).toEqual([
    ['DITTO', ids[0], 0.1, 150, 148, 152],
    ['Behaviour cloning', ids[1], 0.4, 60, 58, 62],
    ['Expert', 'reference', null, 200, null, null],
  ]);
  expect(() => rows(registry, { ...request, measure: 'actionAccuracy' })).toThrow(/was not measured/);
});

test('a filmstrip is of the dream of an agent', async () => {
  const registry = await open();
  const id = addAgent(registry, 'ditto', 1, () => 0);
  const request = { kind: 'filmstrip', runId: id };
  expect(() => rows(registry, request)).toThrow(/has no dream/);
  const shape = [5, 64, 64, 1];
  const frames = { shape, data: new Uint8Array(5 * 64 * 64) };
  const latentDistance = { shape: [5], data: Float32Array.from([0, 1, 2, 3, 4]) };
  const dream = encodeSafetensors({ expertFrames: frames, dreamFrames: frames, latentDistance });
  writeRunArtifact(registry, id, 'dream', 'dream.safetensors', Buffer.concat(dream));
  expect(rows(registry, request).map(([step, distance]) => [step, distance])).toEqual([
    ...[0, 1, 2, 3, 4].map((step) => [step, step]),
  ]);
});

test('what cannot be drawn is said, with what to do', async () => {
  const registry = await open();
  const agent = addAgent(registry, 'ditto', 1, () => 0);
  const policies = addEvaluation(registry, [{ name: 'expert', mean: 1 }]);
  const elsewhere = addEvaluation(registry, [{ name: 'expert', mean: 1 }], 'balance');
  const attempts: [object, RegExp][] = [
    [{ kind: 'learning-curve', runIds: [agent], metrics: ['loss'] }, /has measured "loss"/],
    [{ kind: 'learning-curve', runIds: ['no-such-run'], metrics: ['loss'] }, /no-such-run/],
    [{ kind: 'method-comparison', runIds: [agent] }, /not a finished evaluation/],
    [{ kind: 'method-comparison', runIds: [policies] }, /built-in policies alone/],
    [{ kind: 'method-comparison', runIds: [policies, elsewhere] }, /one environment/],
    [{ kind: 'latent-distance', runIds: [policies] }, /was not measured/],
  ];
  for (const [request, message] of attempts) {
    expect(() => rows(registry, request)).toThrow(message);
    expect(() => rows(registry, request)).toThrow(StudioError);
  }
});

test('the same request gives the same file, of the size that was asked for', async () => {
  const registry = await open();
  const id = addAgent(registry, 'ditto', 1, Math.sqrt);
  const size = { name: 'single-column', fontSize: 6, height: 2 };
  const request = parse({ kind: 'learning-curve', runIds: [id], metrics: ['reward'], size });
  for (const format of ['svg', 'png', 'csv'] as const) {
    const [first, second] = await Promise.all([1, 2].map(() => drawFigure(registry, request, format, 150)));
    expect(Buffer.compare(first!.bytes, second!.bytes), format).toBe(0);
    expect(first).toMatchObject({ name: `learning-curve.${format}`, width: 3.25 * 72 });
    expect(Math.abs(first!.height - 144)).toBeLessThanOrEqual(2);
  }
});
