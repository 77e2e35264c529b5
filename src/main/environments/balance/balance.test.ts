import { describe, expect, test } from 'vitest';
import { createEnvironment, createPolicy } from '../index';
import { meanReturn } from '../rollout';
import type { CartPoleState } from './dynamics';
import { FALL_ANGLE, HALF_TRACK, TIME_STEP, advanceCartPole, hasFallen } from './dynamics';
import { BalanceEnvironment } from './environment';
import { expertPush } from './policies';

const upright: CartPoleState = { position: 0, velocity: 0, angle: 0, angularVelocity: 0 };

describe('cart-pole dynamics', () => {
  test('an upright pole at rest stays where it is', () => {
    expect(advanceCartPole(upright, 0)).toEqual(upright);
  });

  test('a push moves the cart its way and the pole the other way', () => {
    const pushed = advanceCartPole(upright, 1);
    expect(pushed.position).toBe(0);
    // Newton's law for the cart with a free hinge: 15 N on 1 kg of cart and 0.1 kg of rod, half length 0.5 m.
    const acceleration = 15 / (1.1 - (0.1 * 3) / 4);
    expect(pushed.velocity).toBeCloseTo(TIME_STEP * acceleration, 9);
    expect(pushed.angularVelocity).toBeCloseTo((-TIME_STEP * acceleration * 3) / (4 * 0.5), 9);
  });

  test('a leaning pole falls further, and the mirrored state does the mirrored thing', () => {
    const leaning = { position: 0.2, velocity: -0.3, angle: 0.1, angularVelocity: 0.2 };
    const next = advanceCartPole(leaning, 1);
    expect(advanceCartPole(leaning, 0).angularVelocity).toBeGreaterThan(leaning.angularVelocity);
    const mirrored = advanceCartPole(
      { position: -0.2, velocity: 0.3, angle: -0.1, angularVelocity: -0.2 },
      -1,
    );
    for (const key of ['position', 'velocity', 'angle', 'angularVelocity'] as const) {
      expect(mirrored[key]).toBeCloseTo(-next[key], 12);
    }
  });

  test('the pole has fallen beyond 30 degrees, the cart is lost beyond 1 metre', () => {
    expect(FALL_ANGLE).toBeCloseTo(0.5236, 4);
    expect(HALF_TRACK).toBe(1);
    for (const sign of [-1, 1]) {
      expect(hasFallen({ ...upright, angle: 0.523 * sign })).toBe(false);
      expect(hasFallen({ ...upright, angle: 0.524 * sign })).toBe(true);
      expect(hasFallen({ ...upright, position: 0.999 * sign })).toBe(false);
      expect(hasFallen({ ...upright, position: 1.001 * sign })).toBe(true);
    }
  });
});

describe('balance environment', () => {
  test.each([0, 1, 2])(
    'action %i is rewarded until the first fallen state, which ends the episode',
    (action) => {
      const environment = new BalanceEnvironment();
      for (let seed = 0; seed < 20; seed++) {
        environment.reset(seed);
        let terminated = false;
        while (!terminated) {
          const expected = advanceCartPole(environment.state, action - 1);
          const step = environment.step(action);
          terminated = step.terminated;
          expect(environment.state).toEqual(expected);
          expect(step).toMatchObject({ terminated: hasFallen(expected), truncated: false });
          expect(step.reward).toBe(hasFallen(expected) ? 0 : 1);
        }
      }
    },
  );

  test('initial states fill the stated ranges', () => {
    const environment = new BalanceEnvironment();
    const states = Array.from({ length: 300 }, (_, seed) => {
      environment.reset(seed);
      return environment.state;
    });
    const bounds = { position: 0.5, velocity: 0.2, angle: (8 * Math.PI) / 180, angularVelocity: 0.4 };
    for (const [key, bound] of Object.entries(bounds) as [keyof CartPoleState, number][]) {
      const values = states.map((state) => state[key]);
      expect(Math.max(...values)).toBeLessThanOrEqual(bound);
      expect(Math.max(...values)).toBeGreaterThan(0.9 * bound);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-bound);
      expect(Math.min(...values)).toBeLessThan(-0.9 * bound);
    }
  });

  test('the image shows cart and pole where they are', () => {
    const environment = new BalanceEnvironment();
    for (let seed = 0; seed < 20; seed++) {
      const image = environment.reset(seed);
      const { position, angle } = environment.state;
      const centre = 32 + 27 * position;
      const brightestColumn = (row: number, grey: number): number => {
        const columns = [...Array(64).keys()].filter((column) => image[row * 64 + column]! >= grey);
        return columns.reduce((total, column) => total + column + 0.5, 0) / columns.length;
      };
      expect(Math.abs(brightestColumn(52, 100) - centre)).toBeLessThan(0.6);
      const tipRow = Math.floor(48 - 25 * Math.cos(angle));
      const tip = centre + (48 - tipRow - 0.5) * Math.tan(angle);
      expect(Math.abs(brightestColumn(tipRow, 150) - tip)).toBeLessThan(0.7);
    }
  });
});

describe('balance expert', () => {
  test('keeps at least 95 % of its return when 5 % of its actions are random', () => {
    const environment = createEnvironment('balance');
    expect(
      meanReturn(environment, createPolicy(environment, 'expert', { noise: 0.05 }), 100),
    ).toBeGreaterThan(190);
  });

  test('stays off the ends of the track and changes its action at most every third step', () => {
    const environment = new BalanceEnvironment();
    let furthest = 0;
    let changes = 0;
    let steps = 0;
    for (let seed = 0; seed < 100; seed++) {
      environment.reset(seed);
      let previous = expertPush(environment.state);
      for (let ended = false; !ended; steps++) {
        const action = expertPush(environment.state);
        if (action !== previous) changes++;
        previous = action;
        const { terminated, truncated } = environment.step(action);
        ended = terminated || truncated;
        furthest = Math.max(furthest, Math.abs(environment.state.position));
      }
    }
    expect(furthest).toBeLessThan(0.9 * HALF_TRACK);
    expect(changes / steps).toBeLessThan(1 / 3);
  });
});
