import type { Action } from '../../shared/actions';
import type { DistantPolicy, EnvironmentSpecification, Policy } from '../../shared/environment';
import type { RandomGenerator } from '../../shared/random';
import { randomGenerator } from '../../shared/random';

type ActionSpace = Pick<EnvironmentSpecification, 'actionKind' | 'actions'>;

/** A uniformly random action. */
const randomAction = (random: RandomGenerator, { actionKind, actions }: ActionSpace): Action =>
  actionKind === 'discrete'
    ? random.integer(actions.length)
    : Float32Array.from(actions, () => 2 * random.uniform() - 1);

/** Uniformly random actions; the same seed always gives the same ones. */
export function randomPolicy(space: ActionSpace): Policy {
  let random = randomGenerator(0, 'policy-random');
  return {
    begin: (seed) => {
      random = randomGenerator(seed, 'policy-random');
    },
    act: () => randomAction(random, space),
  };
}

/** Replaces each of `policy`'s actions, with probability `noise`, by a uniformly random one. */
export function noisyPolicy(policy: Policy, noise: number, space: ActionSpace): Policy {
  const disturb = disturbance(noise, space);
  return {
    begin: (seed) => {
      policy.begin(seed);
      disturb.begin(seed);
    },
    act: () => disturb.apply(policy.act()),
  };
}

/** The same of a distant policy. */
export function noisyDistantPolicy(policy: DistantPolicy, noise: number, space: ActionSpace): DistantPolicy {
  const disturb = disturbance(noise, space);
  return {
    begin: (seed) => {
      disturb.begin(seed);
      return policy.begin(seed);
    },
    act: async () => disturb.apply(await policy.act()),
  };
}

function disturbance(noise: number, space: ActionSpace) {
  let random: RandomGenerator = randomGenerator(0, 'policy-noise');
  return {
    begin: (seed: number): void => {
      random = randomGenerator(seed, 'policy-noise');
    },
    apply: (action: Action): Action => (random.uniform() < noise ? randomAction(random, space) : action),
  };
}

/** A policy that is a function of the environment's present state alone. */
export function statePolicy(act: () => Action): Policy {
  return { begin: () => undefined, act };
}
