import { expect, test } from 'vitest';
import type { TheatreChoices } from '../../shared/contract/theatre';
import { fitScene, formatDreamers, resolveScene } from './scene';

const choices: TheatreChoices = {
  datasets: [
    { id: 'practice', name: 'Practice', environment: 'pursuit', isExpert: false },
    { id: 'rally', name: 'Rally', environment: 'rally', isExpert: true },
    { id: 'expert', name: 'Expert', environment: 'pursuit', isExpert: true },
  ],
  worldModels: [
    { runId: 'new-world', name: 'World', environment: 'pursuit' },
    { runId: 'world', name: 'World', environment: 'pursuit' },
    { runId: 'rally-world', name: 'World', environment: 'rally' },
  ],
  agents: [
    { runId: 'bc', name: 'BC', environment: 'pursuit', method: 'bc', worldModel: null },
    { runId: 'ditto', name: 'DITTO', environment: 'pursuit', method: 'ditto', worldModel: 'world' },
    { runId: 'older', name: 'DITTO', environment: 'pursuit', method: 'ditto', worldModel: 'world' },
    { runId: 'd-bc', name: 'D-BC', environment: 'rally', method: 'd-bc', worldModel: 'rally-world' },
  ],
};
const resolve = (address: string) => resolveScene(choices, new URLSearchParams(address));

test('without an address: the expert’s actions and the newest agents, in the world model that they know', () => {
  expect(resolve('')).toEqual({
    ...{ environment: 'pursuit', dataset: 'expert', episode: 0, worldModel: 'world' },
    dreamers: [
      { agent: null, seed: 0 },
      { agent: 'ditto', seed: 0 },
      { agent: 'bc', seed: 0 },
    ],
    ...{ start: 5, context: 5, steps: 50 },
  });
});

test('an agent alone brings its environment and world model', () => {
  expect(resolve('dreams=d-bc~7')).toMatchObject({
    ...{ environment: 'rally', dataset: 'rally', worldModel: 'rally-world' },
    dreamers: [{ agent: 'd-bc', seed: 7 }],
  });
});

test('what the address says stands, and is written as it is read', () => {
  const scene = resolve(
    'dataset=practice&episode=3&model=new-world&dreams=expert~1,bc~2&start=9&context=4&steps=8',
  );
  expect(scene).toMatchObject({ dataset: 'practice', episode: 3, worldModel: 'new-world' });
  expect(scene).toMatchObject({ start: 9, context: 4, steps: 8 });
  expect(formatDreamers(scene!.dreamers)).toBe('expert~1,bc~2');
  expect(resolve('dreams=')!.dreamers).toEqual([]);
});

test('numbers that are none are left out', () => {
  expect(resolve('start=x&context=-1&steps=1.5&episode=1e99&dreams=bc~x')).toMatchObject({
    ...{ start: 5, context: 5, steps: 50, episode: 0 },
    dreamers: [{ agent: 'bc', seed: 0 }],
  });
});

test('without a world model there is nothing to see', () => {
  expect(resolveScene({ ...choices, worldModels: [], agents: [] }, new URLSearchParams())).toBeUndefined();
});

test('a scene is cut to its episode', () => {
  const scene = resolve('start=40&context=50&steps=100')!;
  expect(fitScene(scene, 60)).toMatchObject({ start: 40, context: 40, steps: 20 });
  expect(fitScene(scene, 20)).toMatchObject({ start: 19, context: 19, steps: 1 });
});
