/**
 * Gymnasium's semantics for one environment instance, deterministic per seed.
 * Observations are uint8 pixels, row-major `[height, width, channels]`, values 0 to 255.
 */
export interface Environment {
  readonly specification: EnvironmentSpecification;
  /** Starts an episode; the same seed always gives the same episode under the same actions. */
  reset(seed: number): Uint8Array;
  /** Advances one step. Throws RangeError for an action outside the action space. */
  step(action: number): EnvironmentStep;
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

export interface EnvironmentSpecification {
  /** Lower-case identifier, e.g. `balance`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `[height, width, channels]` */
  readonly observationShape: readonly [number, number, number];
  /** One name per discrete action, in index order. */
  readonly actions: readonly string[];
  /** KeyboardEvent.code to action index, so that a person can record demonstrations; -1 is never a value. */
  readonly keyboard: Readonly<Record<string, number>>;
  /** The action that a person takes when no key is held. */
  readonly idleAction: number;
  readonly maximumSteps: number;
  /** Policies that come with the environment, strongest first, with returns measured over 100 seeds. */
  readonly policies: readonly PolicySpecification[];
}

export interface PolicySpecification {
  /** e.g. `expert`, `weak`, `random` */
  readonly id: string;
  readonly description: string;
  /** Mean return over seeds 0 to 99, as measured; a test recomputes it. */
  readonly meanReturn: number;
}

/** A policy over one environment instance; scripted ones may look at the environment's true state. */
export interface Policy {
  /** Called after `environment.reset(seed)`. */
  begin(seed: number): void;
  /** The action for the environment's current state. */
  act(): number;
}
