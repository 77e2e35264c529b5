import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { studioJson, temporaryHome } from './support';

const { home, remove } = temporaryHome();
afterAll(remove);

interface Evaluation {
  results: { name: string; mean: number }[];
}

async function meanReturn(...flags: string[]): Promise<number> {
  const { results } = await studioJson<Evaluation>(
    ...['evaluate', '--environment', 'freeway', '--policies', 'expert', '--episodes', '4', '--seed', '0'],
    ...['--home', home, ...flags],
  );
  return results[0]!.mean;
}

test('a game is recorded with sticky actions, remembers them, and a world model trains on it', async () => {
  await studioJson(
    ...['record', '--environment', 'breakout', '--policy', 'expert', '--episodes', '5'],
    ...['--sticky-percent', '10', '--home', home],
  );
  const metadata = readFileSync(join(home, 'datasets/breakout-expert-sticky10/zarr.json'), 'utf8');
  const { recordings } = (JSON.parse(metadata) as { attributes: { ditto: { recordings: unknown[] } } })
    .attributes.ditto;
  expect(recordings).toMatchObject([{ policy: 'expert', noise: 0, stickiness: 0.1, episodes: 5 }]);
  const { summary } = await studioJson<{ summary: Record<string, number> }>(
    ...['train', 'world-model', '--dataset', 'breakout-expert-sticky10', '--steps', '20'],
    ...['--preset', 'nano', '--engine', 'onnxruntime:cpu', '--home', home],
  );
  expect(Object.values(summary)).not.toHaveLength(0);
  expect(Object.values(summary).every(Number.isFinite)).toBe(true);
});

test('sticky actions make evaluation harder', async () => {
  const free = await meanReturn();
  expect(free).toBeGreaterThan(13);
  expect(await meanReturn('--sticky-percent', '80')).toBeLessThan(free - 1);
});
