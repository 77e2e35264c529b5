import { expect, test } from 'vitest';
import { StudioError } from '../../../shared/errors';
import { environmentSpecifications } from '../../environments';
import { gymnasiumSpecification } from '../../environments/gymnasium/specification';
import { builtInExperiments } from './built-in';
import { readExperiment, simultaneousRuns } from './check';

const nano = builtInExperiments.find(({ id }) => id === 'nano')!;

test('the built-in experiments are sound, and named as their files', () => {
  expect(builtInExperiments.map(({ id }) => id)).toEqual([
    ...[
      'figure-2',
      'figure-3',
      'figure-4-horizon',
      'figure-4-walker',
      'freeway-longer',
      'reward-ablation',
      'world-model-data',
      'atari',
      'nano',
    ],
  ]);
  const space = { channels: 1, maximumSteps: 27_000, actionKind: 'discrete', actions: ['noop'] } as const;
  const added = ['SpaceInvadersNoFrameskip-v4', 'BreakoutNoFrameskip-v4'].map((id) =>
    gymnasiumSpecification(id, { ...space, actions: [...space.actions] }, {}),
  );
  const known = [...environmentSpecifications, ...added];
  for (const experiment of builtInExperiments) {
    expect(readExperiment(experiment, experiment.id, known)).toEqual(experiment);
  }
});

test('settings, environments and policies that do not exist are refused before anything runs', () => {
  const [environment] = nano.environments;
  const attempts: [object, RegExp][] = [
    [{ settings: { ditto: { batchsize: 3 } } }, /no setting "batchsize"/],
    [{ settings: { 'world-model': { steps: 0 } } }, /steps cannot be 0/],
    [{ settings: { training: { threads: -1 } } }, /threads cannot be -1/],
    [{ environments: [{ ...environment, id: 'chess' }] }, /chess/],
    [{ environments: [{ ...environment, expert: { policy: 'master', episodes: 6 } }] }, /master/],
    [{ expertEpisodes: [2, 7] }, /learn from 7 episodes of pursuit, but only 6 are recorded/],
  ];
  for (const [change, message] of attempts) {
    const read = () => readExperiment({ ...nano, ...change }, 'mine.json');
    expect(read).toThrow(StudioError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^mine.json/);
  }
});

test('as many runs at once as the threads of each allow', () => {
  const threads = (count: number) => ({
    ...nano,
    settings: { ...nano.settings, training: { threads: count } },
  });
  expect(simultaneousRuns(threads(1))).toBeGreaterThanOrEqual(1);
  expect(simultaneousRuns(threads(1024))).toBe(1);
  expect(simultaneousRuns(threads(0))).toBe(1);
});
