import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSafetensors } from '../../src/main/trainer/safetensors';
import { seriousProblems } from './accessibility';
import { inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studioJson, temporaryHome } from './support';

interface Trained {
  run: string;
  folder: string;
  summary: Record<string, number>;
}

const { home, remove } = temporaryHome();
const atHome = ['--home', home, '--preset', 'nano', '--engine', 'onnxruntime:cpu'];
const dataset = ['--dataset', 'bipedal-walker-random'];
const agents: string[] = [];
let worldModel: Trained;

beforeAll(async () => {
  const record = ['record', '--environment', 'bipedal-walker', '--policy', 'random', '--episodes', '6'];
  await studioJson(...record, '--home', home);
  worldModel = await studioJson<Trained>('train', 'world-model', ...dataset, ...atHome);
});
afterAll(remove);

test('a world model learns from vectors of actions', () => {
  expect(worldModel.summary['reconstructionLoss']).toBeGreaterThan(0);
});

test.each([
  ['ditto'],
  ['ditto', '--action-distribution', 'tanh-normal', '--reinforce-share', '0'],
  ['d-gail', '--reinforce-share', '0.5'],
  ['d-bc'],
  ['d-bc', '--action-distribution', 'tanh-normal'],
  ['bc'],
])('%s trains and measures itself on held-out episodes', async (method, ...options) => {
  const seen = method === 'bc' ? [] : ['--world-model', worldModel.run];
  const { run, folder, summary } = await studioJson<Trained>(
    ...['train', 'agent', ...dataset, ...seen, '--steps', '30', '--method', method!, ...options, ...atHome],
  );
  agents.push(run);
  expect(summary['actionError']).toBeGreaterThan(0);
  expect(summary['actionError']).toBeLessThan(2);
  expect(Number.isFinite(summary['negativeLogLikelihood'])).toBe(true);
  expect(summary).not.toHaveProperty('actionAccuracy');
  if (method === 'bc') return;
  const film = decodeSafetensors(readFileSync(join(folder, 'artifacts/dream.safetensors')), 'the dream');
  const { shape, data } = film['dreamActions']!;
  expect(shape[1]).toBe(4);
  expect([...(data as Float32Array)].every((value) => value >= -1 && value <= 1)).toBe(true);
});

test('a latent and a pixel agent play in the true environment, and are measured by one yardstick', async () => {
  const players = [agents[0]!, agents.at(-1)!];
  const document = await studioJson<{
    results: { runId?: string; returns: number[]; latentDistance?: number; actionError?: number }[];
  }>(
    ...[
      'evaluate',
      ...players,
      '--policies',
      'random',
      '--episodes',
      '2',
      '--gradient-steps',
      '1',
      '--home',
      home,
    ],
    ...[...dataset, '--world-model', worldModel.run],
  );
  const played = document.results.filter(({ runId }) => runId !== undefined);
  expect(played.map(({ runId }) => runId)).toEqual(players);
  for (const { returns, latentDistance, actionError } of played) {
    expect(returns.every(Number.isFinite)).toBe(true);
    expect(latentDistance).toBeGreaterThan(0);
    expect(actionError).toBeGreaterThan(0);
  }
});

test('a policy of vectors is exported', async () => {
  const exported = await studioJson<{ largestDifference: number }>(
    'export',
    'onnx',
    agents[0]!,
    '--home',
    home,
  );
  expect(exported.largestDifference).toBeLessThan(1e-5);
});

inBrowser('the pages of vectors of actions', () => {
  let studio: BrowserStudio;
  beforeAll(async () => {
    studio = await startBrowserStudio({ home });
  });
  afterAll(() => studio?.close());

  const at = async (address: string, shown: string | RegExp): Promise<void> => {
    await studio.go(address);
    await studio.page.getByRole('img', { name: shown }).first().waitFor();
    await studio.page.waitForLoadState('networkidle');
  };

  test.each(['light', 'dark'] as const)(
    'show each component, and axe finds nothing serious, %s',
    async (scheme) => {
      const { page } = studio;
      await page.emulateMedia({ colorScheme: scheme });
      for (const [address, shown] of [
        ['/datasets/bipedal-walker-random', 'Distribution of hip 1'],
        ['/datasets/bipedal-walker-random/episodes/0', /^hip 1 −?[\d.]+, knee 1/],
        ['/theatre', /^hip 1 −?[\d.]+, knee 1/],
      ] as const) {
        await at(address, shown);
        expect({ address, problems: await seriousProblems(page) }).toEqual({ address, problems: [] });
      }
      await studio.go(`/runs/${agents[0]}`);
      await page
        .getByText(/action error/i)
        .first()
        .waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      expect(studio.problems).toEqual([]);
    },
  );
});
