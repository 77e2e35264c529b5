import { expect, test } from 'vitest';
import { PursuitEnvironment } from './pursuit/environment';

const RIGHT = 2;
const LEFT = 0;
const EPISODES = 2000;

/** Directions of thrust that are carried out in an episode's first two steps when right, then left are asked for. */
function executed(environment: PursuitEnvironment, seed: number): [number, number] {
  environment.reset(seed);
  const velocities = [environment.state.craftVelocity];
  for (const action of [RIGHT, LEFT]) {
    environment.step(action);
    velocities.push(environment.state.craftVelocity);
  }
  const [before = 0, between = 0, after = 0] = velocities;
  return [Math.round(between - before), Math.round(after - between)];
}

test('the stated share of steps repeats what was carried out before, idling before the first', () => {
  const environment = new PursuitEnvironment({ stickiness: 0.25 });
  const shares: Record<string, number> = {};
  for (let seed = 0; seed < EPISODES; seed++) {
    const pair = executed(environment, seed).join();
    shares[pair] = (shares[pair] ?? 0) + 1 / EPISODES;
  }
  const expected = { '1,-1': 0.75 * 0.75, '1,1': 0.75 * 0.25, '0,-1': 0.25 * 0.75, '0,0': 0.25 * 0.25 };
  expect(Object.keys(shares).sort()).toEqual(Object.keys(expected).sort());
  for (const [pair, share] of Object.entries(expected)) {
    expect(Math.abs(shares[pair]! - share)).toBeLessThan(0.03);
  }
});
