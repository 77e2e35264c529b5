import type { Environment, EnvironmentSpecification, Policy } from '../../shared/environment';
import { StudioError } from '../../shared/errors';
import type { BuiltIn } from './built-in';
import { builtIns } from './built-in';
import type { EnvironmentOptions } from './pixel-environment';
import { noisyPolicy } from './policies';

export type { EnvironmentOptions };

export const environmentSpecifications: readonly EnvironmentSpecification[] = builtIns.map(
  (builtIn) => builtIn.specification,
);

export const environmentIds: readonly string[] = environmentSpecifications.map(({ id }) => id);

function findBuiltIn(id: string): BuiltIn {
  const builtIn = builtIns.find(({ specification }) => specification.id === id);
  if (!builtIn) {
    throw new StudioError(`There is no environment "${id}": choose one of ${environmentIds.join(', ')}.`);
  }
  return builtIn;
}

/** A new instance of a built-in environment. Throws StudioError for an unknown id or a stickiness outside [0, 1). */
export function createEnvironment(id: string, options: EnvironmentOptions = {}): Environment {
  const { stickiness = 0 } = options;
  if (!(stickiness >= 0 && stickiness < 1)) {
    throw new StudioError(`Stickiness of actions is ${stickiness}: choose a probability from 0 to below 1.`);
  }
  return findBuiltIn(id).create(options);
}

/**
 * A policy that plays `environment` itself, which must come from `createEnvironment`. `noise` is the probability that an
 * action is replaced by a uniformly random one. Throws StudioError for an unknown policy or a noise outside [0, 1].
 */
export function createPolicy(
  environment: Environment,
  policyId: string,
  options: { noise?: number } = {},
): Policy {
  const { id, policies } = environment.specification;
  const noise = options.noise ?? 0;
  if (!(noise >= 0 && noise <= 1)) {
    throw new StudioError(`Policy noise is ${noise}: choose a probability from 0 to 1.`);
  }
  const policy = findBuiltIn(id).createPolicy(environment, policyId);
  if (!policy) {
    const known = policies.map((specification) => specification.id).join(', ');
    throw new StudioError(`Environment ${id} has no policy "${policyId}": choose one of ${known}.`);
  }
  return noise > 0 ? noisyPolicy(policy, noise, environment.specification) : policy;
}
