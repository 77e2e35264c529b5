import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseExperiment } from '../../../shared/experiment';
import { figureRequestSchema } from '../../../shared/figures';
import { Registry } from '../../registry/registry';
import { writeJson } from '../../trainer/files';
import { runFolder } from '../../trainer/home';
import { createRunFolder, readState, writeState } from '../../trainer/run-folder';
import { exampleRun, temporaryFolder } from '../../trainer/test-support';
import { planExperiment, type PlannedCell } from '../experiments/plan';
import { describeFigure } from './draw';

const environment = (id: string) => ({
  ...{ id, expert: { episodes: 6 } },
  worldModelData: { practice: [{ policy: 'weak', episodes: 4 }] },
});
const definition = {
  ...{ id: 'example', title: 'An example', description: '', preset: 'nano' },
  ...{ environments: [environment('pursuit'), environment('freeway')], methods: ['ditto', 'bc'] },
  ...{ expertEpisodes: [2, 4], seeds: [0, 1] },
  evaluation: { episodes: 1, gradientSteps: 2, heldOutEpisodes: 2 },
};

/** A home in which all runs of an experiment are there, with the returns that are asked for at two gradient steps. */
async function finished(returnsOf: (cell: PlannedCell) => [number, number]): Promise<Registry> {
  const registry = await Registry.open(temporaryFolder());
  onTestFinished(() => registry.close());
  const experiment = parseExperiment(definition, 'the example');
  const plan = planExperiment(experiment);
  const runs: Record<string, string> = {};
  const add = (key: string, kind: 'agent' | 'world-model' | 'evaluation', results: object[] = []) => {
    if (runs[key] !== undefined) return;
    const run = createRunFolder(registry.home, { ...exampleRun, kind });
    const folder = runFolder(registry.home, run.id);
    const summary = JSON.parse(JSON.stringify({ results })) as Record<string, never>;
    writeState(folder, { ...readState(folder), status: 'finished', summary });
    registry.upsertRun(run, readState(folder));
    runs[key] = run.id;
  };
  for (const cell of plan.cells) {
    add(cell.agent, 'agent');
    add(cell.worldModel, 'world-model');
    const gradientSteps = returnsOf(cell).map((mean, index) => ({
      ...{ step: 10 * (index + 1), mean, standardError: 0, returns: [mean] },
      // The closer the better, but the more accurate the worse.
      ...{ latentDistance: 1 / (1 + mean), actionAccuracy: 1 / (2 + mean) },
    }));
    const returns = returnsOf(cell);
    const mean = (returns[0] + returns[1]) / 2;
    const { method } = cell;
    add(cell.evaluation, 'evaluation', [
      {
        name: method,
        method,
        runId: 'an-agent',
        mean,
        standardError: 0,
        episodes: 1,
        returns,
        gradientSteps,
      },
    ]);
  }
  for (const [id, key] of plan.references) {
    const result = (name: string, mean: number) => ({
      name,
      mean,
      standardError: 0,
      episodes: 2,
      returns: [],
    });
    add(key, 'evaluation', [result('expert', id === 'pursuit' ? 200 : 10), result('random', 0)]);
  }
  mkdirSync(join(registry.home, 'experiments'));
  writeJson(join(registry.home, 'experiments', 'example.json'), {
    ...{ id: 'example', experiment, created: new Date().toISOString(), status: 'finished', message: '' },
    ...{ runs, progress: null },
  });
  return registry;
}

const rowsOf = (registry: Registry, kind: string) =>
  describeFigure(registry, figureRequestSchema.parse({ kind, experiment: 'example' })).table.rows;

test('returns are means over seeds in each environment, and over all of them scaled by expert and random', async () => {
  const registry = await finished(({ environment: id, method, expertEpisodes, seed }) => {
    const share = (method === 'ditto' ? 0.8 : 0.2) + 0.05 * seed + 0.01 * expertEpisodes;
    const value = share * (id === 'pursuit' ? 200 : 10);
    return [value, value];
  });
  const rows = rowsOf(registry, 'experiment-returns');
  const find = (panel: string, label: string, x: number | null) =>
    rows
      .find((row) => row[0] === panel && row[1] === label && row[3] === x)!
      .slice(4)
      .map(Number);
  // Seeds 0 and 1: 164 and 174.
  const [mean, low, high] = find('Return in Pursuit', 'DITTO', 2);
  expect(mean).toBeCloseTo(169, 9);
  expect(low).toBeCloseTo(164, 9);
  expect(high).toBeCloseTo(174, 9);
  expect(find('Return in Freeway', 'Behaviour cloning', 4)[0]).toBeCloseTo(2.65, 9);
  expect(find('Return in Freeway', 'Expert', null)[0]).toBe(10);
  const all = 'Interquartile mean of all, random 0, expert 1';
  const [middle, lower, upper] = find(all, 'DITTO', 4);
  expect(middle).toBeCloseTo(0.865, 9);
  expect(lower).toBeGreaterThanOrEqual(0.84 - 1e-9);
  expect(upper).toBeLessThanOrEqual(0.89 + 1e-9);
  expect(lower).toBeLessThan(upper!);
});

test('through training each measure says how well it ranks the returns', async () => {
  const registry = await finished(({ expertEpisodes, seed, method }) => {
    const first = 100 * expertEpisodes + 10 * seed + (method === 'ditto' ? 50 : 0);
    return [first, first + 5];
  });
  const rows = rowsOf(registry, 'experiment-training');
  expect([...new Set(rows.map(([panel]) => panel))].slice(0, 3)).toEqual([
    'Pursuit: return',
    'Pursuit: latent distance, ρ = −1.00',
    'Pursuit: action accuracy, ρ = −1.00',
  ]);
  const curve = rows.filter(
    ([panel, label]) => panel === 'Pursuit: return' && label === 'DITTO, 2 expert episodes',
  );
  expect(curve.map((row) => row.slice(3, 5))).toEqual([
    [10, 255],
    [20, 260],
  ]);
});

test('an experiment of which nothing is evaluated is refused in words', async () => {
  const registry = await finished(() => [0, 0]);
  const request = figureRequestSchema.parse({ kind: 'experiment-returns', experiment: 'another' });
  expect(() => describeFigure(registry, request)).toThrow(/no experiment "another" here: there are example/);
});
