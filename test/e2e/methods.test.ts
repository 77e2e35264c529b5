import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { studioJson, temporaryHome } from './support';

interface Trained {
  run: string;
  folder: string;
  summary: Record<string, number>;
}

const { home, remove } = temporaryHome();
const atHome = ['--home', home, '--preset', 'nano', '--engine', 'onnxruntime:cpu'];
const agents: string[] = [];
let worldModel: string;

beforeAll(async () => {
  const record = ['record', '--environment', 'pursuit', '--policy', 'expert', '--episodes', '6'];
  await studioJson(...record, '--home', home);
  const dataset = ['--dataset', 'pursuit-expert'];
  worldModel = (await studioJson<Trained>('train', 'world-model', ...dataset, ...atHome)).run;
});
afterAll(remove);

/** What the last logged step of a run measured. */
function lastMetrics(folder: string): Record<string, number> {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as Record<string, number>;
}

test.each([
  [
    ['ditto', '--reward-measure', 'cosine', '--reward-latent', 'deterministic'],
    ['reward', 'latentDistance'],
  ],
  [
    ['ditto', '--reward-measure', 'l2', '--reward-match', 'nearest'],
    ['reward', 'latentDistance'],
  ],
  [['d-gail'], ['discriminatorLoss', 'expertProbability', 'agentProbability']],
  [
    [
      ...['d-gail', '--discriminator-input', 'state-pair', '--adversarial-reward', 'probability'],
      ...['--gradient-penalty', 'wgan-gp'],
    ],
    ['gradientPenalty'],
  ],
  [['d-bc'], ['negativeLogLikelihood', 'policyEntropy']],
])('%j trains, measures itself on held-out episodes and keeps a dream', async (method, metrics) => {
  const { run, folder, summary } = await studioJson<Trained>(
    ...['train', 'agent', '--dataset', 'pursuit-expert', '--world-model', worldModel],
    ...['--steps', '30', '--method', ...method, ...atHome],
  );
  agents.push(run);
  for (const name of ['latentDistance', 'actionAccuracy', 'negativeLogLikelihood'])
    expect(summary[name], name).toBeGreaterThan(0);
  const measured = lastMetrics(folder);
  expect(measured['step']).toBe(30);
  for (const name of [...metrics, 'loss', 'validation/latentDistance'])
    expect(Number.isFinite(measured[name]), name).toBe(true);
  expect(readFileSync(join(folder, 'artifacts/dream.safetensors')).length).toBeGreaterThan(64 * 64);
});

test('all of them play in the true environment, and are measured by one yardstick', async () => {
  const document = await studioJson<{
    results: { runId?: string; mean: number; latentDistance?: number; actionAccuracy?: number }[];
  }>(
    ...['evaluate', ...agents, '--policies', 'expert', '--episodes', '2', '--home', home],
    ...['--dataset', 'pursuit-expert', '--world-model', worldModel],
  );
  const played = document.results.filter(({ runId }) => runId !== undefined);
  expect(played.map(({ runId }) => runId)).toEqual(agents);
  for (const { mean, latentDistance, actionAccuracy } of played) {
    expect(mean).toBeGreaterThan(0);
    expect(latentDistance).toBeGreaterThan(0);
    expect(actionAccuracy).toBeGreaterThan(0);
  }
});
