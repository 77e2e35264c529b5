import { expect, test } from 'vitest';
import { parseExperiment, type Experiment } from '../../../shared/experiment';
import { planExperiment } from './plan';

const definition = {
  ...{ id: 'example', title: 'An example', description: '', preset: 'nano', engine: 'onnxruntime:cpu' },
  environments: [
    {
      id: 'pursuit',
      expert: { episodes: 6 },
      worldModelData: { practice: [{ policy: 'weak', noisePercent: 20, episodes: 4 }] },
    },
  ],
  ...{ methods: ['ditto', 'bc'], expertEpisodes: [2, 4], seeds: [0, 1] },
  evaluation: { episodes: 4, gradientSteps: 3, heldOutEpisodes: 2 },
};
const example = (changes: object = {}): Experiment =>
  parseExperiment({ ...definition, ...changes }, 'the example');
const kinds = (experiment: Experiment) => {
  const counts: Record<string, number> = {};
  for (const { request } of planExperiment(experiment).steps)
    counts[request.kind] = (counts[request.kind] ?? 0) + 1;
  return counts;
};

test('agents of a seed share a world model, and all share the recordings and the references', () => {
  // 2 methods x 2 sizes x 2 seeds; the expert's, held-out and practice episodes; the expert and random actions.
  expect(kinds(example())).toEqual({ record: 3, 'world-model': 2, agent: 8, evaluation: 9 });
  const { steps, cells } = planExperiment(example());
  const order = steps.map(({ key }) => key);
  for (const [index, { needs }] of steps.entries()) {
    for (const need of needs) expect(order.indexOf(need)).toBeLessThan(index);
  }
  expect(new Set(order).size).toBe(order.length);
  expect(new Set(cells.map(({ worldModel }) => worldModel)).size).toBe(2);
});

test('only what a method has is varied', () => {
  const horizons = example({ horizons: [4, 8] });
  expect(kinds(horizons)['agent']).toBe(2 * 2 * 2 + 2 * 2);
  const rewards = example({ rewards: [{}, { rewardMeasure: 'l2' }, { rewardMatch: 'nearest' }] });
  expect(kinds(rewards)['agent']).toBe(3 * 2 * 2 + 2 * 2);
});

test('another world model makes other agents, but not of a method that has none', () => {
  const [environment] = definition.environments;
  const worldModelData = { ...environment!.worldModelData, expert: [{ policy: 'expert', episodes: 4 }] };
  const plan = planExperiment(example({ environments: [{ ...environment, worldModelData }] }));
  const of = (method: string) => plan.cells.filter((cell) => cell.method === method).length;
  expect([of('ditto'), of('bc')]).toEqual([8, 4]);
});

test('steps have the keys of all that they are made from, whatever the experiment is called', () => {
  const keys = (changes: object) => planExperiment(example(changes)).steps.map(({ key }) => key);
  const before = keys({});
  expect(keys({ id: 'another', title: 'Another', description: 'Another' })).toEqual(before);
  const grown = keys({ expertEpisodes: [2, 4, 6], seeds: [0, 1, 2] });
  expect(before.filter((key) => !grown.includes(key))).toEqual([]);
  // Another setting of the world model is another one, with other agents in it; cloning from pixels stays as it is.
  const changed = keys({ settings: { 'world-model': { steps: 61 } } });
  const kept = planExperiment(example()).steps.filter(({ key }) => changed.includes(key));
  expect(kept.map(({ request }) => request.kind).filter((kind) => kind === 'world-model')).toEqual([]);
  expect(kept.filter(({ request }) => request.kind === 'agent').map(({ title }) => title)).toEqual(
    [0, 1].flatMap((seed) => [2, 4].map((count) => `Behaviour cloning in pursuit, N=${count}, seed ${seed}`)),
  );
});

test('what is no experiment is refused in words', () => {
  expect(() => example({ methods: ['gail'] })).toThrow(/the example is not an experiment. methods.0: /);
  expect(() => example({ seeds: [] })).toThrow(/seeds/);
  expect(() => example({ epochs: 3 })).toThrow(/epochs/);
});
