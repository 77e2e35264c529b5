import type { Action } from '../../shared/actions';
import type { Environment, EnvironmentSpecification, EnvironmentStep } from '../../shared/environment';
import type { RandomGenerator } from '../../shared/random';
import { randomGenerator } from '../../shared/random';
import { StickyActions } from './sticky-actions';

/** What one step of a built-in environment's rules says, before the step limit is applied. */
export interface Outcome {
  reward: number;
  terminated: boolean;
}

export interface EnvironmentOptions {
  /**
   * Probability that a step repeats the action executed before it instead of taking the one asked for. 0 unless given;
   * MinAtar plays with 0.1, ALE with 0.25.
   */
  stickiness?: number;
}

/**
 * The episode bookkeeping that every built-in environment shares, of discrete actions unless `Kind` says otherwise;
 * subclasses supply rules and drawing.
 */
export abstract class PixelEnvironment<Kind extends Action = number> implements Environment {
  abstract readonly specification: EnvironmentSpecification;
  private readonly stickyActions: StickyActions;
  private elapsedSteps = 0;
  private running = false;

  constructor({ stickiness = 0 }: EnvironmentOptions = {}) {
    this.stickyActions = new StickyActions(stickiness);
  }

  /** Sets the state at an episode's start; all randomness of the episode's rules comes from `random`. */
  protected abstract initialise(random: RandomGenerator): void;
  protected abstract advance(action: Kind): Outcome;
  /** A fresh image of the current state. */
  protected abstract draw(): Uint8Array;

  reset(seed: number): Uint8Array {
    this.initialise(randomGenerator(seed, this.specification.id));
    return this.start(seed);
  }

  /** Starts an episode from the state that was set; `seed` is that of sticky actions. */
  protected start(seed: number): Uint8Array {
    this.stickyActions.begin(this.specification, seed);
    this.elapsedSteps = 0;
    this.running = true;
    return this.draw();
  }

  step(action: Action): EnvironmentStep {
    const { id, maximumSteps } = this.specification;
    if (!this.running)
      throw new Error(`Environment ${id}: the episode has ended or never began; call reset first.`);
    checkAction(this.specification, action);
    const { reward, terminated } = this.advance(this.stickyActions.choose(action) as Kind);
    this.elapsedSteps += 1;
    const truncated = !terminated && this.elapsedSteps >= maximumSteps;
    this.running = !terminated && !truncated;
    return { observation: this.draw(), reward, terminated, truncated };
  }
}

/** Throws RangeError for an action outside the action space. */
export function checkAction({ id, actionKind, actions }: EnvironmentSpecification, action: Action): void {
  if (actionKind === 'discrete') {
    if (typeof action === 'number' && Number.isInteger(action) && action >= 0 && action < actions.length)
      return;
    throw new RangeError(
      `Environment ${id} has no action ${String(action)}; actions are 0 to ${actions.length - 1}.`,
    );
  }
  if (typeof action !== 'number' && action.length === actions.length && action.every(Number.isFinite)) return;
  throw new RangeError(
    `Environment ${id} has no action [${String(action)}]; an action is ${actions.length} finite numbers.`,
  );
}
