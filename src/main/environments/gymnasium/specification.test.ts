import { expect, test } from 'vitest';
import type { DiscreteSpecification } from '../../../shared/environment';
import { gymnasiumSettings, gymnasiumSpecification } from './specification';

const versions = { python: '3.11.7', gymnasium: '1.4.0' };
const specify = (id: string, actions: string[], channels: 1 | 3 = 1): DiscreteSpecification => {
  const space = { channels, maximumSteps: 100, actionKind: 'discrete' as const, actions };
  return gymnasiumSpecification(id, space, versions) as DiscreteSpecification;
};

test('an Atari stick has keys, the idle action none', () => {
  const actions = ['noop', 'fire', 'up', 'left', 'upleft', 'downfire', 'uprightfire'];
  expect(specify('ALE/Game-v5', actions)).toMatchObject({
    keyboard: { Space: 1, ArrowUp: 2, ArrowLeft: 3, KeyQ: 4, KeyS: 5 },
    idleAction: 0,
  });
});

test('actions without names have digits, up to nine of them', () => {
  const actions = Array.from({ length: 12 }, (_, action) => `action ${action}`);
  const { keyboard, idleAction } = specify('Board-v0', actions);
  expect([keyboard['Digit1'], keyboard['Digit9'], Object.keys(keyboard).length]).toEqual([0, 8, 9]);
  expect(idleAction).toBe(0);
});

test.each([
  ['BreakoutNoFrameskip-v4', ['expert', 'random']],
  ['Pong-v4', ['expert', 'random']],
  ['ALE/Pong-v5', ['random']],
  ['BreakoutDeterministic-v4', ['random']],
  ['constructor-v4', ['random']],
])('%s has the policies %s', (id, policies) => {
  expect(specify(id, ['noop']).policies.map((policy) => policy.id)).toEqual(policies);
});

test('a run keeps what decides how it plays', () => {
  const specification = specify('CartPole-v1', ['action 0', 'action 1'], 3);
  expect(gymnasiumSettings(specification)).toEqual({ channels: 3, maximumSteps: 100, versions });
  const { gymnasium: _, ...builtIn } = specification;
  expect(gymnasiumSettings(builtIn)).toBeUndefined();
});
