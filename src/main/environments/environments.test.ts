import { describe, expect, test } from 'vitest';
import type { Action } from '../../shared/actions';
import type { EnvironmentStep, Policy } from '../../shared/environment';
import { StudioError } from '../../shared/errors';
import { createEnvironment, createPolicy, environmentIds, environmentSpecifications } from './index';
import { noisyPolicy, randomPolicy } from './policies';
import { playEpisode } from './rollout';

/** Every observation, reward and end of one episode. */
function record(
  id: string,
  policyId: string,
  seed: number,
  { noise = 0, stickiness = 0 } = {},
): (EnvironmentStep | Uint8Array)[] {
  const environment = createEnvironment(id, { stickiness });
  const policy = createPolicy(environment, policyId, { noise });
  const trace: (EnvironmentStep | Uint8Array)[] = [environment.reset(seed)];
  policy.begin(seed);
  for (;;) {
    const step = environment.step(policy.act());
    trace.push(step);
    if (step.terminated || step.truncated) return trace;
  }
}

const discrete = environmentSpecifications.filter((specification) => specification.actionKind === 'discrete');

describe.each(discrete)('environment $id', ({ id, policies, ...specification }) => {
  const [height, width, channels] = specification.observationShape;
  const size = height * width * channels;

  test('the same seed and actions give the same episode, other seeds other ones', () => {
    const chances = { noise: 0.2, stickiness: 0.1 };
    expect(record(id, 'expert', 5, chances)).toEqual(record(id, 'expert', 5, chances));
    expect(record(id, 'expert', 5)).not.toEqual(record(id, 'expert', 6));
    const used = createEnvironment(id);
    const first = used.reset(7).slice();
    playEpisode(used, createPolicy(used, 'random'), 3);
    expect(used.reset(7)).toEqual(first);
  });

  test('observations are fresh arrays of the stated shape, dark and bright', () => {
    const environment = createEnvironment(id);
    const first = environment.reset(0);
    const copy = first.slice();
    const { observation } = environment.step(0);
    expect(observation).not.toBe(first);
    expect(first).toEqual(copy);
    expect((record(id, 'random', 0).at(-1) as EnvironmentStep).observation).not.toEqual(first);
    expect(observation).toHaveLength(size);
    expect(Math.min(...observation)).toBeLessThan(20);
    expect(Math.max(...observation)).toBe(255);
  });

  test('an action outside the action space throws and leaves the episode as it was', () => {
    const environment = createEnvironment(id);
    environment.reset(0);
    for (const action of [-1, specification.actions.length, 0.5, NaN]) {
      expect(() => environment.step(action)).toThrow(RangeError);
    }
    const untouched = createEnvironment(id);
    untouched.reset(0);
    expect(environment.step(0)).toEqual(untouched.step(0));
  });

  test('sticky actions repeat the action before, and none is sticky unless asked for', () => {
    expect(record(id, 'random', 1, { stickiness: 0 })).toEqual(record(id, 'random', 1));
    const stuck = createEnvironment(id, { stickiness: 1 - Number.EPSILON });
    const idle = createEnvironment(id);
    expect(stuck.reset(2)).toEqual(idle.reset(2));
    for (let step = 0; step < 5; step++) {
      const asked = step % specification.actions.length;
      expect(stuck.step(asked)).toEqual(idle.step(specification.idleAction));
    }
  });

  test('stepping before reset or after the end throws', () => {
    const environment = createEnvironment(id);
    expect(() => environment.step(0)).toThrow(/reset/);
    playEpisode(environment, createPolicy(environment, 'random'), 0);
    expect(() => environment.step(0)).toThrow(/reset/);
    environment.reset(0);
    expect(environment.step(0).truncated).toBe(false);
  });

  test('an episode without an end state is truncated at the step limit', () => {
    const trace = record(id, 'expert', 0);
    expect(trace).toHaveLength(specification.maximumSteps + 1);
    expect(trace.at(-1)).toMatchObject({ terminated: false, truncated: true });
    expect(trace.at(-2)).toMatchObject({ terminated: false, truncated: false });
  });

  test('every key and the idle action name an action', () => {
    for (const action of [...Object.values(specification.keyboard), specification.idleAction]) {
      expect(specification.actions[action]).toBeTypeOf('string');
    }
  });

  test('the policies are listed strongest first and lie apart', () => {
    expect(policies.map((policy) => policy.id)).toEqual(['expert', 'weak', 'random']);
    for (let i = 1; i < policies.length; i++) {
      expect(policies[i]!.meanReturn).toBeLessThan(0.9 * policies[i - 1]!.meanReturn!);
    }
  });
});

describe('policies', () => {
  const actionsOf = (policy: Policy, count: number): Action[] => {
    policy.begin(1);
    return Array.from({ length: count }, () => policy.act());
  };

  test('noise replaces the stated share of actions by uniform ones', () => {
    const environment = createEnvironment('balance');
    environment.reset(0);
    const [usual] = actionsOf(createPolicy(environment, 'expert'), 1);
    const actions = actionsOf(createPolicy(environment, 'expert', { noise: 0.3 }), 3000);
    const share = actions.filter((action) => action !== usual).length / 3000;
    expect(Math.abs(share - 0.3 * (2 / 3))).toBeLessThan(0.03);
    const counts = actionsOf(createPolicy(environment, 'expert', { noise: 1 }), 3000).reduce(
      (tally, action) => tally.with(action as number, tally[action as number]! + 1),
      [0, 0, 0],
    );
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });

  test('noise on continuous actions is uniform over all components', () => {
    const space = { actionKind: 'continuous', actions: ['one', 'two'] } as const;
    const still = { begin: () => undefined, act: () => new Float32Array(2) };
    const actions = actionsOf(noisyPolicy(still, 0.5, space), 2000) as Float32Array[];
    const noisy = actions.filter(([one]) => one !== 0);
    expect(Math.abs(noisy.length / 2000 - 0.5)).toBeLessThan(0.05);
    for (const component of [0, 1]) {
      const values = noisy.map((action) => action[component]!);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(0.08);
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      expect(Math.abs(square - 1 / 3)).toBeLessThan(0.05);
    }
    const random = randomPolicy(space);
    expect(actionsOf(random, 20)).toEqual(actionsOf(random, 20));
  });

  test('begin starts a policy anew for its seed', () => {
    const environment = createEnvironment('balance');
    environment.reset(0);
    for (const policy of [
      createPolicy(environment, 'random'),
      createPolicy(environment, 'expert', { noise: 0.5 }),
    ]) {
      expect(actionsOf(policy, 50)).toEqual(actionsOf(policy, 50));
    }
  });

  test('unknown names are answered with the known ones', () => {
    expect(environmentIds).toEqual([
      'pursuit',
      'balance',
      'rally',
      'breakout',
      'asterix',
      'freeway',
      'invaders',
      'seaquest',
      'bipedal-walker',
      'bipedal-walker-hardcore',
    ]);
    expect(() => createEnvironment('pong')).toThrow(StudioError);
    expect(() => createEnvironment('pong')).toThrow(/balance, rally, breakout/);
    const environment = createEnvironment('rally');
    for (const id of ['best', 'toString']) {
      expect(() => createPolicy(environment, id)).toThrow(StudioError);
      expect(() => createPolicy(environment, id)).toThrow(/expert, weak, random/);
    }
  });

  test('noise outside 0 to 1 is refused', () => {
    const environment = createEnvironment('rally');
    for (const noise of [-0.1, 1.1, NaN]) {
      expect(() => createPolicy(environment, 'expert', { noise })).toThrow(StudioError);
    }
  });

  test('stickiness outside 0 to below 1 is refused', () => {
    for (const stickiness of [-0.1, 1, NaN]) {
      expect(() => createEnvironment('rally', { stickiness })).toThrow(StudioError);
    }
  });

  test('a scripted policy refuses an environment whose state it cannot see', () => {
    const environment = createEnvironment('rally');
    const wrapped = {
      specification: environment.specification,
      reset: environment.reset.bind(environment),
      step: environment.step.bind(environment),
    };
    expect(() => createPolicy(wrapped, 'expert')).toThrow(TypeError);
  });
});
