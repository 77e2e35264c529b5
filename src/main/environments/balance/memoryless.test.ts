import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import type { CartPoleState } from './dynamics';
import { FALL_ANGLE, HALF_TRACK, advanceCartPole, hasFallen } from './dynamics';
import { BalanceEnvironment } from './environment';
import { LEFT, IDLE, RIGHT, expertPush } from './policies';

const MAXIMUM_STEPS = 200;
/** A controller; `chance` is uniform in [0, 1), for controllers that draw lots. */
type Controller = (state: Readonly<CartPoleState>, chance: number) => number;

const starts = Array.from({ length: 400 }, (_, seed) => {
  const environment = new BalanceEnvironment();
  environment.reset(seed);
  return environment.state;
});

/** Mean return over the starting states of seeds `first` to `last - 1`, without drawing. */
function meanReturn(controller: Controller, first: number, last: number): number {
  const random = randomGenerator(first, 'memoryless-chance');
  let total = 0;
  for (const start of starts.slice(first, last)) {
    let state = start;
    for (let step = 0; step < MAXIMUM_STEPS; step++) {
      state = advanceCartPole(state, controller(state, random.uniform()) - 1);
      if (hasFallen(state)) break;
      total += 1;
    }
  }
  return total / (last - first);
}

/**
 * Sees position and angle only. Pushes towards the sign of a weighted sum beyond a deadband; with a finite `sharpness`
 * only with a probability that grows with the sum, so that it can push in small doses on average.
 */
interface Weights {
  position: number;
  angle: number;
  deadband: number;
  sharpness: number;
}

function memoryless(weights: Weights): Controller {
  return ({ position, angle }, chance) => {
    const output = weights.position * position + weights.angle * angle;
    const size = Math.abs(output);
    if (size < weights.deadband || chance > Math.tanh(weights.sharpness * size)) return IDLE;
    return output > 0 ? RIGHT : LEFT;
  };
}

/** Random search, then hill climbing, on seeds 0 to 99. */
function searchBest(randomised: boolean): Weights {
  const random = randomGenerator(0, 'memoryless-search', randomised ? 1 : 0);
  const draw = (): Weights => ({
    position: random.normal(),
    angle: 6 * random.uniform(),
    deadband: random.uniform(),
    sharpness: randomised ? Math.exp(random.normal()) : Infinity,
  });
  let best = draw();
  let bestReturn = -1;
  for (let trial = 0; trial < 600; trial++) {
    const vary = (value: number): number => value * (1 + 0.2 * random.normal());
    const candidate: Weights =
      trial < 300
        ? draw()
        : {
            position: vary(best.position) + 0.05 * random.normal(),
            angle: vary(best.angle),
            deadband: Math.abs(vary(best.deadband)),
            sharpness: Math.abs(vary(best.sharpness)),
          };
    const value = meanReturn(memoryless(candidate), 0, 100);
    if (value > bestReturn) {
      best = candidate;
      bestReturn = value;
    }
  }
  return best;
}

/** Behavioural cloning with endless data: the expert's own action frequencies at each (position, angle). */
function clonedFromSingleFrames(): Controller {
  const bins = 32;
  const counts = new Float64Array(bins * bins * 3);
  const bin = (value: number, bound: number): number =>
    Math.min(bins - 1, Math.max(0, Math.floor(((value / bound + 1) / 2) * bins)));
  const cell = ({ position, angle }: Readonly<CartPoleState>): number =>
    3 * (bin(position, HALF_TRACK) * bins + bin(angle, FALL_ANGLE));
  meanReturn(
    (state) => {
      const action = expertPush(state);
      const index = cell(state) + action;
      counts[index] = counts[index]! + 1;
      return action;
    },
    100,
    400,
  );
  return (state, chance) => {
    const [left, idle, right] = counts.subarray(cell(state), cell(state) + 3) as unknown as [
      number,
      number,
      number,
    ];
    const total = left + idle + right;
    if (total === 0) return state.angle > 0 ? RIGHT : LEFT;
    if (chance * total < left) return LEFT;
    return chance * total < left + idle ? IDLE : RIGHT;
  };
}

describe('balance needs the velocities that one frame hides', () => {
  test('the expert, who knows them, lasts', () => {
    expect(meanReturn(expertPush, 0, 400)).toBeGreaterThan(0.98 * MAXIMUM_STEPS);
  });

  test.each([false, true])('the best memoryless controller falls early (randomised: %s)', (randomised) => {
    const best = memoryless(searchBest(randomised));
    // Better than doing nothing, so the search did find something; yet not nearly the expert.
    expect(meanReturn(best, 100, 400)).toBeGreaterThan(1.5 * meanReturn(() => IDLE, 100, 400));
    expect(meanReturn(best, 100, 400)).toBeLessThan(0.3 * MAXIMUM_STEPS);
    expect(meanReturn(best, 0, 100)).toBeLessThan(0.3 * MAXIMUM_STEPS);
  });

  test("sampling the expert's actions given one frame falls early too", () => {
    expect(meanReturn(clonedFromSingleFrames(), 0, 100)).toBeLessThan(0.3 * MAXIMUM_STEPS);
  });
});
