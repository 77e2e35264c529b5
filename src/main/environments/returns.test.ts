import { describe, expect, test } from 'vitest';
import { createEnvironment, createPolicy, environmentSpecifications } from './index';
import { meanReturn } from './rollout';

/** Apart from the other tests because it takes longer than all of them; bipedal-walker/ has its own. */
const discrete = environmentSpecifications.filter(({ actionKind }) => actionKind === 'discrete');

describe.each(discrete)('environment $id', ({ id, policies }) => {
  test.each(policies)('policy $id returns $meanReturn on average', (policy) => {
    const environment = createEnvironment(id);
    expect(meanReturn(environment, createPolicy(environment, policy.id), 100)).toBeCloseTo(
      policy.meanReturn!,
      2,
    );
  });
});
