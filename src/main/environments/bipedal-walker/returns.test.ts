import { describe, expect, test } from 'vitest';
import { createPolicy } from '..';
import { meanReturn } from '../rollout';
import {
  BipedalWalkerEnvironment,
  BipedalWalkerHardcoreEnvironment,
  bipedalWalkerHardcoreSpecification,
  bipedalWalkerSpecification,
} from './environment';

/** Returns do not depend on pictures, whose drawing takes as long as the physics. */
class UnseenWalker extends BipedalWalkerEnvironment {
  protected override draw(): Uint8Array {
    return new Uint8Array();
  }
}
class UnseenHardcoreWalker extends BipedalWalkerHardcoreEnvironment {
  protected override draw(): Uint8Array {
    return new Uint8Array();
  }
}

const minutes = 60_000;

describe.each([
  { ...bipedalWalkerSpecification, environment: new UnseenWalker() },
  { ...bipedalWalkerHardcoreSpecification, environment: new UnseenHardcoreWalker() },
])('environment $id', ({ environment, policies }) => {
  test.each(policies)(
    'policy $id returns $meanReturn on average',
    ({ id, meanReturn: expected }) => {
      expect(meanReturn(environment, createPolicy(environment, id), 100)).toBeCloseTo(expected!, 2);
    },
    10 * minutes,
  );
});

test('the expert returns at least 280 on average, and policies are listed strongest first', () => {
  expect(bipedalWalkerSpecification.policies[0]!.meanReturn).toBeGreaterThanOrEqual(280);
  for (const { policies } of [bipedalWalkerSpecification, bipedalWalkerHardcoreSpecification]) {
    const returns = policies.map((policy) => policy.meanReturn!);
    expect(returns).toEqual(returns.toSorted((one, other) => other - one));
  }
});
