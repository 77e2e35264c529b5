import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import type { PursuitState } from './dynamics';
import { PAD_CENTRE, PAD_HALF_WIDTH, THRUST, advancePursuit, isLost, padVelocity, padX } from './dynamics';
import { PursuitEnvironment } from './environment';
import { expertThrust } from './policies';

const start: PursuitState = { craftX: 30, craftVelocity: 2, amplitude: 10, frequency: 0.2, phase: 0.5 };

describe('pursuit dynamics', () => {
  test('thrust changes the velocity at once and the position a step later', () => {
    const first = advancePursuit(start, 1);
    expect(first.craftX).toBe(32);
    expect(first.craftVelocity).toBe(2 + THRUST);
    expect(advancePursuit(first, 0).craftX).toBe(34 + THRUST);
    expect(advancePursuit(start, -1).craftVelocity).toBe(2 - THRUST);
    expect(advancePursuit(start, 0).craftVelocity).toBe(2);
  });

  test('the pad swings about the centre, whatever the craft does', () => {
    expect(padX(start)).toBeCloseTo(PAD_CENTRE + 10 * Math.sin(0.5), 12);
    expect(padX(start) + padVelocity(start)).toBeCloseTo(padX(advancePursuit(start, 1)), 12);
  });

  test('the craft is lost past the edge of the pad', () => {
    const centre = padX(start);
    expect(isLost({ ...start, craftX: centre + PAD_HALF_WIDTH - 0.01 })).toBe(false);
    expect(isLost({ ...start, craftX: centre + PAD_HALF_WIDTH + 0.01 })).toBe(true);
    expect(isLost({ ...start, craftX: centre - PAD_HALF_WIDTH - 0.01 })).toBe(true);
  });

  test('every step above the pad earns 1, the step that loses it 0 and the end', () => {
    const environment = new PursuitEnvironment();
    environment.reset(3);
    for (;;) {
      const { reward, terminated } = environment.step(2);
      expect(terminated).toBe(isLost(environment.state));
      expect(reward).toBe(terminated ? 0 : 1);
      if (terminated) break;
    }
  });
});

type Controller = (state: Readonly<PursuitState>, chance: number) => number;

/** Mean return over the starts of seeds `first` to `last - 1`, without drawing. */
function meanReturn(controller: Controller, first: number, last: number): number {
  const random = randomGenerator(first, 'memoryless-chance');
  const environment = new PursuitEnvironment();
  let total = 0;
  for (let seed = first; seed < last; seed++) {
    environment.reset(seed);
    let { state } = environment;
    for (let step = 0; step < environment.specification.maximumSteps; step++) {
      state = advancePursuit(state, controller(state, random.uniform()) - 1);
      if (isLost(state)) break;
      total += 1;
    }
  }
  return total / (last - first);
}

/** Sees what one frame shows, the positions of craft and pad; may draw lots between thrusting and not. */
function memoryless([distance, place, deadband, sharpness]: readonly number[]): Controller {
  return (state, chance) => {
    const wanted = place! * (PAD_CENTRE - padX(state)) - distance! * (state.craftX - padX(state));
    const size = Math.abs(wanted);
    if (size < deadband! || chance > Math.tanh(sharpness! * size)) return 1;
    return wanted > 0 ? 2 : 0;
  };
}

/** Random search, then hill climbing, on seeds 0 to 59. */
function searchMemoryless(): readonly number[] {
  const random = randomGenerator(0, 'memoryless-search');
  let best: readonly number[] = [];
  let bestReturn = -1;
  for (let trial = 0; trial < 400; trial++) {
    const candidate =
      trial < 200
        ? [random.uniform(), random.uniform(), random.uniform(), Math.exp(2 * random.normal())]
        : best.map((weight) => Math.abs(weight * (1 + 0.3 * random.normal())));
    const value = meanReturn(memoryless(candidate), 0, 60);
    if (value > bestReturn) [best, bestReturn] = [candidate, value];
  }
  return best;
}

test('one frame is not enough: the best controller without velocities does less than a third of the expert', () => {
  const expert = meanReturn((state) => expertThrust(state), 1000, 1100);
  const withoutVelocities = meanReturn(memoryless(searchMemoryless()), 1000, 1100);
  expect(expert).toBe(200);
  expect(withoutVelocities).toBeLessThan(expert / 3);
  // The search found something: far better than no thrust at all.
  expect(withoutVelocities).toBeGreaterThan(meanReturn(() => 1, 1000, 1100));
});

test('the expert forgives one random action in ten', () => {
  const noise = randomGenerator(0, 'noise');
  const noisy = meanReturn(
    (state) => (noise.uniform() < 0.1 ? noise.integer(3) : expertThrust(state)),
    1000,
    1100,
  );
  expect(noisy).toBeGreaterThan(0.9 * 200);
});
