import { expect, test } from 'vitest';
import { parseExperiment } from '../../../shared/experiment';
import { ExperimentClock } from './clock';
import { planExperiment } from './plan';

const { steps } = planExperiment(
  parseExperiment(
    {
      ...{ id: 'example', title: 'An example', description: '', preset: 'nano', methods: ['bc'] },
      environments: [
        {
          ...{ id: 'pursuit', expert: { episodes: 6 } },
          worldModelData: { practice: [{ policy: 'weak', episodes: 4 }] },
        },
      ],
      ...{ expertEpisodes: [1, 2, 3], seeds: [0] },
      evaluation: { episodes: 1, gradientSteps: 1, heldOutEpisodes: 1 },
    },
    'the example',
  ),
);
const agents = steps.filter(({ request }) => request.kind === 'agent');
const worldModel = steps.find(({ request }) => request.kind === 'world-model')!;

test('the time left is told from runs of the same kind, as soon as there is one of each', () => {
  let now = 0;
  const clock = new ExperimentClock(2, () => now);
  const [first, second, third] = agents as [typeof worldModel, typeof worldModel, typeof worldModel];
  clock.begin(first);
  expect(clock.secondsLeft([second, third], new Map([[first, 0.5]]))).toBeNull();
  now = 10;
  clock.finish(first);
  // One and a half agents of 10 s, two at once.
  expect(clock.secondsLeft([third], new Map([[second, 0.5]]))).toBe(7.5);
  expect(clock.secondsLeft([third, worldModel], new Map())).toBeNull();
  expect(clock.secondsLeft([], new Map())).toBe(0);
});
