import type { Action } from './actions';
import type { GymnasiumVersions } from './gymnasium';

/**
 * Gymnasium's semantics for one environment instance, deterministic per seed.
 * Observations are uint8 pixels, row-major `[height, width, channels]`, values 0 to 255.
 */
export interface Environment {
  readonly specification: EnvironmentSpecification;
  /** Starts an episode; the same seed always gives the same episode under the same actions. */
  reset(seed: number): Uint8Array;
  /**
   * Advances one step. Throws RangeError for an action outside the action space; components of a continuous action that
   * lie beyond -1 or 1 act like the bound.
   */
  step(action: Action): EnvironmentStep;
}

/** An environment whose rules run in another process. Its promises reject where that process fails or ends. */
export interface DistantEnvironment {
  readonly specification: EnvironmentSpecification;
  reset(seed: number): Promise<Uint8Array>;
  step(action: Action): Promise<EnvironmentStep>;
}

export interface EnvironmentStep {
  /** `[height, width, channels]`, a fresh array that the caller may keep. */
  observation: Uint8Array;
  reward: number;
  /** The episode reached a true end state. */
  terminated: boolean;
  /** The episode was cut at `maximumSteps`. */
  truncated: boolean;
}

export type EnvironmentSpecification = DiscreteSpecification | ContinuousSpecification;

/** Of an environment whose actions are chosen from a list. */
export interface DiscreteSpecification extends CommonSpecification {
  readonly actionKind: 'discrete';
  /** KeyboardEvent.code to action index, so that a person can record demonstrations; -1 is never a value. */
  readonly keyboard: Readonly<Record<string, number>>;
  /** The action that a person takes when no key is held. */
  readonly idleAction: number;
}

/** Of an environment whose actions are vectors with components in [-1, 1]; no keyboard plays it. */
export interface ContinuousSpecification extends CommonSpecification {
  readonly actionKind: 'continuous';
}

interface CommonSpecification {
  /** Lower-case identifier, e.g. `balance`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `[height, width, channels]` */
  readonly observationShape: readonly [number, number, number];
  /** One name per discrete action, or per component of a continuous one, in index order. */
  readonly actions: readonly string[];
  readonly maximumSteps: number;
  /** Policies that come with the environment, strongest first. */
  readonly policies: readonly PolicySpecification[];
  /** Of one that is not built in: what it was added with. */
  readonly gymnasium?: GymnasiumVersions;
}

export interface PolicySpecification {
  /** e.g. `expert`, `weak`, `random` */
  readonly id: string;
  readonly description: string;
  /** Mean return over seeds 0 to 99, as measured; a test recomputes it. Null where it was not measured. */
  readonly meanReturn: number | null;
}

/** A policy over one environment instance; scripted ones may look at the environment's true state. */
export interface Policy {
  /** Called after `environment.reset(seed)`. */
  begin(seed: number): void;
  /** The action for the environment's current state. */
  act(): Action;
}

/** A policy that looks and computes elsewhere. */
export interface DistantPolicy {
  begin(seed: number): Promise<void>;
  act(): Promise<Action>;
}
