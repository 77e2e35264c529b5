import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStudio, studio, studioJson, temporaryHome, until } from './support';

interface Cell {
  cell: { method: string; expertEpisodes: number };
  agentRun: string;
  result: {
    mean: number;
    returns: number[];
    latentDistance: number;
    gradientSteps: { step: number; mean: number; returns: number[]; latentDistance: number }[];
  };
}
interface Document {
  experiment: string;
  status: string;
  cells: Cell[];
  references: { results: { name: string; mean: number }[] }[];
}
interface Run {
  id: string;
  kind: string;
  state: { status: string; step: number };
}

const { home, remove } = temporaryHome();
const atHome = ['--home', home];
let finished: Document;
/** Ids of the runs that were there when the experiment was killed, by their kind. */
let before: string[];

const listRuns = (): Promise<Run[]> => studioJson<Run[]>('runs', ...atHome);

beforeAll(async () => {
  const command = startStudio(['experiment', 'nano', ...atHome]);
  // Killed, with its trainers, while the world model or the first agents learn.
  const trainers = await until('a training', () => {
    const list = (path: string) => (existsSync(path) ? readdirSync(path) : []);
    const runs = list(join(home, 'runs'));
    const trained = runs.filter((id) => list(join(home, 'runs', id, 'checkpoints')).length > 0);
    return trained.length > 0 ? runs : undefined;
  });
  command.process.kill('SIGKILL');
  await command.done;
  for (const id of trainers) {
    const path = join(home, 'runs', id, 'heartbeat.json');
    if (!existsSync(path)) continue;
    const { pid } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number };
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  before = (await listRuns()).map(({ id }) => id);
  finished = await studioJson<Document>('experiment', 'nano', ...atHome);
});
afterAll(remove);

test('an experiment that was killed goes on with the runs that it has', async () => {
  expect(finished).toMatchObject({ experiment: 'nano', status: 'finished' });
  const runs = await listRuns();
  expect(before.length).toBeGreaterThan(0);
  expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
  const kinds = Object.groupBy(runs, ({ kind }) => kind);
  // Two agents of each of two methods; one world model for all; two recordings of practice, the expert's, held-out ones.
  expect(Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, of?.length]))).toEqual({
    ...{ record: 4, 'world-model': 1, agent: 4, evaluation: 5 },
  });
  expect(new Set(runs.map(({ state }) => state.status))).toEqual(new Set(['finished']));
});

test('agents are evaluated at several gradient steps, by returns and by held-out measures', () => {
  expect(finished.cells.map(({ cell }) => [cell.method, cell.expertEpisodes])).toEqual([
    ...[
      ['ditto', 2],
      ['ditto', 4],
      ['bc', 2],
      ['bc', 4],
    ],
  ]);
  for (const { result } of finished.cells) {
    expect(result.gradientSteps.map(({ step }) => step)).toEqual([20, 40, 60]);
    expect(result.returns).toEqual(result.gradientSteps.flatMap(({ returns }) => returns));
    expect(result.returns).toHaveLength(12);
    const distances = result.gradientSteps.map(({ latentDistance }) => latentDistance);
    expect(new Set(distances).size).toBe(3);
    expect(result.latentDistance).toBeCloseTo(distances.reduce((sum, one) => sum + one) / 3, 9);
  }
  const [{ results }] = finished.references as [Document['references'][number]];
  expect(results.map(({ name, mean }) => [name, mean > 100])).toEqual([
    ['expert', true],
    ['random', false],
  ]);
});

test('finished runs are not made again, and a grown grid makes only what is new', async () => {
  const count = (await listRuns()).length;
  expect(await studioJson<Document>('experiment', 'nano', ...atHome)).toEqual(finished);
  expect(await listRuns()).toHaveLength(count);
  const { experiment } = JSON.parse(readFileSync(join(home, 'experiments', 'nano.json'), 'utf8')) as {
    experiment: object;
  };
  const file = join(home, 'larger.json');
  writeFileSync(file, JSON.stringify({ ...experiment, id: 'larger', methods: ['ditto', 'bc', 'd-bc'] }));
  const larger = await studioJson<Document>('experiment', file, ...atHome);
  expect(larger.cells.slice(0, 4)).toEqual(finished.cells);
  // Two agents with their evaluations: recordings and the world model are shared.
  expect(await listRuns()).toHaveLength(count + 4);
});

test('a recording that was killed after its last episode is ended, and adds none', async () => {
  const recordings = (await listRuns()).filter(({ kind }) => kind === 'record');
  const datasets = await studioJson('datasets', ...atHome);
  for (const { id } of recordings) {
    const path = join(home, 'runs', id, 'status.json');
    const state = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(
      path,
      JSON.stringify({ ...state, status: 'interrupted', updated: new Date().toISOString() }),
    );
  }
  await studioJson('experiment', 'nano', ...atHome);
  const states = (await listRuns()).map(({ state }) => state.status);
  expect(new Set(states)).toEqual(new Set(['finished']));
  expect(await studioJson('datasets', ...atHome)).toEqual(datasets);
});

test.each(['training', 'returns'])(
  'its figure of kind %s has the numbers of the evaluations',
  async (kind) => {
    const svg = join(home, `${kind}.svg`);
    await studioJson('figure', kind, '--experiment', 'nano', '--out', svg, ...atHome);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<\?xml|^<svg/);
    const csv = join(home, `${kind}.csv`);
    await studioJson('figure', kind, '--experiment', 'nano', '--out', csv, ...atHome);
    const text = readFileSync(csv, 'utf8');
    for (const { result, agentRun } of finished.cells) {
      expect(text).toContain(agentRun);
      const drawn =
        kind === 'returns'
          ? [result.mean]
          : result.gradientSteps.flatMap((step) => [step.mean, step.latentDistance]);
      for (const value of drawn) expect(text).toContain(String(value));
    }
  },
);

test('a figure of what was not run, and a file that is no experiment, are refused in words', async () => {
  const out = join(home, 'none.svg');
  const figure = await studio('figure', 'returns', '--experiment', 'figure-3', '--out', out, ...atHome);
  expect(figure).toMatchObject({ code: 2 });
  expect(figure.stderr).toMatch(/There is no experiment "figure-3" here: there are nano, larger/);
  const file = join(home, 'bad.json');
  writeFileSync(file, '{"id": "bad"}');
  const bad = await studio('experiment', file, ...atHome);
  expect(bad).toMatchObject({ code: 2 });
  expect(bad.stderr).toMatch(/bad.json is not an experiment/);
  expect((await studio('experiment', 'no-such', ...atHome)).stderr).toMatch(/no built-in experiment/);
  rmSync(file);
});
