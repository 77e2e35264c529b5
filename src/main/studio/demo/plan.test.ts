import { expect, test } from 'vitest';
import { evaluationConfiguration } from '../../../shared/configuration/run';
import { presets } from '../../../shared/configuration/presets';
import { StudioError } from '../../../shared/errors';
import { createEnvironment, createPolicy } from '../../environments';
import { demoSteps } from '../../../shared/contract/demo';
import { demoEnvironment, findDemoSize, largestDemoSeed, recordingSeed } from './plan';

const names = ['nano', 'tiny'] as const;

test.each(names)('at preset %s the policies exist and the expert episodes suffice', (name) => {
  const { expertEpisodes, practice, seconds } = findDemoSize(name);
  const environment = createEnvironment(demoEnvironment);
  for (const { policy } of practice) createPolicy(environment, policy);
  for (const agent of [presets[name].ditto, presets[name].bc]) {
    expect(agent.expertEpisodes! + agent.validationEpisodes!).toBe(expertEpisodes);
  }
  expect(Object.keys(seconds).sort()).toEqual(demoSteps.map(({ id }) => id).sort());
});

test('no two demo seeds, and no evaluation, share an episode', () => {
  const evaluation = evaluationConfiguration.parse({});
  for (const name of names) {
    const { expertEpisodes, practice, evaluationEpisodes } = findDemoSize(name);
    const episodes = practice.reduce((sum, recording) => sum + recording.episodes, expertEpisodes);
    expect(recordingSeed(1) - recordingSeed(0)).toBeGreaterThanOrEqual(episodes);
    expect(evaluation.seed + evaluationEpisodes).toBeLessThan(recordingSeed(0));
    expect(recordingSeed(largestDemoSeed) + episodes).toBeLessThan(2 ** 31);
  }
});

test('other presets are refused in words', () => {
  expect(() => findDemoSize('paper')).toThrow(/runs with preset nano or tiny, not paper/);
  expect(() => findDemoSize('toString')).toThrow(StudioError);
});
