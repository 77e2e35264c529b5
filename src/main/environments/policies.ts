import type { Policy } from '../../shared/environment';
import type { RandomGenerator } from '../../shared/random';
import { randomGenerator } from '../../shared/random';

/** Uniformly random actions; the same seed always gives the same ones. */
export function randomPolicy(actionCount: number): Policy {
  let random = randomGenerator(0, 'policy-random');
  return {
    begin: (seed) => {
      random = randomGenerator(seed, 'policy-random');
    },
    act: () => random.integer(actionCount),
  };
}

/** Replaces each of `policy`'s actions, with probability `noise`, by a uniformly random one. */
export function noisyPolicy(policy: Policy, noise: number, actionCount: number): Policy {
  let random: RandomGenerator = randomGenerator(0, 'policy-noise');
  return {
    begin: (seed) => {
      policy.begin(seed);
      random = randomGenerator(seed, 'policy-noise');
    },
    act: () => {
      const action = policy.act();
      return random.uniform() < noise ? random.integer(actionCount) : action;
    },
  };
}

/** A policy that is a function of the environment's present state alone. */
export function statePolicy(act: () => number): Policy {
  return { begin: () => undefined, act };
}
