import type {
  DistantEnvironment,
  DistantPolicy,
  Environment,
  EnvironmentSpecification,
  Policy,
} from '../../shared/environment';
import { StudioError } from '../../shared/errors';
import type { BuiltIn } from './built-in';
import { builtIns } from './built-in';
import { AtariExpert } from './gymnasium/atari-expert';
import { expertGame } from './gymnasium/atari-games';
import { GymnasiumEnvironment } from './gymnasium/environment';
import type { EnvironmentOptions } from './pixel-environment';
import { noisyDistantPolicy, noisyPolicy, randomPolicy } from './policies';

export type { EnvironmentOptions };

export interface PolicyOptions {
  noise?: number;
}

/** Of the built-in environments. */
export const environmentSpecifications: readonly EnvironmentSpecification[] = builtIns.map(
  (builtIn) => builtIn.specification,
);

export const environmentIds: readonly string[] = environmentSpecifications.map(({ id }) => id);

function findBuiltIn(id: string): BuiltIn {
  return builtIns.find(({ specification }) => specification.id === id) ?? throwUnknown(id, environmentIds);
}

function throwUnknown(id: string, known: readonly string[]): never {
  throw new StudioError(
    `There is no environment "${id}": choose one of ${known.join(', ')}, or add one of Gymnasium's.`,
  );
}

/** The one of this id among `known`. Throws StudioError where there is none. */
export const requireEnvironment = (
  known: readonly EnvironmentSpecification[],
  id: string,
): EnvironmentSpecification =>
  known.find((one) => one.id === id) ??
  throwUnknown(
    id,
    known.map((one) => one.id),
  );

/** Throws StudioError unless the environment comes with the policy. */
export function requirePolicy({ id, policies }: EnvironmentSpecification, policyId: string): void {
  if (policies.some((policy) => policy.id === policyId)) return;
  const known = policies.map((policy) => policy.id).join(', ');
  throw new StudioError(`Environment ${id} has no policy "${policyId}": choose one of ${known}.`);
}

/** A new instance of a built-in environment. Throws StudioError for an unknown id or a stickiness outside [0, 1). */
export function createEnvironment(id: string, options: EnvironmentOptions = {}): Environment {
  return findBuiltIn(id).create(options);
}

/**
 * A policy that plays `environment` itself, which must come from `createEnvironment` or `openEnvironments`. `noise` is the
 * probability that an action is replaced by a uniformly random one. Throws StudioError for an unknown policy or a noise
 * outside [0, 1].
 */
export function createPolicy(environment: Environment, policyId: string, options?: PolicyOptions): Policy;
export function createPolicy(
  environment: Environment | DistantEnvironment,
  policyId: string,
  options?: PolicyOptions,
): Policy | DistantPolicy;
export function createPolicy(
  environment: Environment | DistantEnvironment,
  policyId: string,
  { noise = 0 }: PolicyOptions = {},
): Policy | DistantPolicy {
  const { specification } = environment;
  if (!(noise >= 0 && noise <= 1)) {
    throw new StudioError(`Policy noise is ${noise}: choose a probability from 0 to 1.`);
  }
  requirePolicy(specification, policyId);
  const game = environment instanceof GymnasiumEnvironment && expertGame(specification.id);
  if (game && policyId === 'expert') {
    const expert = new AtariExpert(environment, game);
    return noise > 0 ? noisyDistantPolicy(expert, noise, specification) : expert;
  }
  const policy =
    policyId === 'random'
      ? randomPolicy(specification)
      : findBuiltIn(specification.id).createPolicy(environment, policyId);
  return noise > 0 ? noisyPolicy(policy, noise, specification) : policy;
}
