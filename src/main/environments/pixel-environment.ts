import type { Action } from '../../shared/actions';
import type { Environment, EnvironmentSpecification, EnvironmentStep } from '../../shared/environment';
import type { RandomGenerator } from '../../shared/random';
import { randomGenerator } from '../../shared/random';

/** What one step of a built-in environment's rules says, before the step limit is applied. */
export interface Outcome {
  reward: number;
  terminated: boolean;
}

export interface EnvironmentOptions {
  /**
   * Probability that a step repeats the action executed before it instead of taking the one asked for (Machado et al.,
   * "Revisiting the Arcade Learning Environment", 2018). 0 unless given; MinAtar plays with 0.1, ALE with 0.25. An
   * episode begins as if its idle action had been executed.
   */
  stickiness?: number;
}

/**
 * The episode bookkeeping that every built-in environment shares, of discrete actions unless `Kind` says otherwise;
 * subclasses supply rules and drawing.
 */
export abstract class PixelEnvironment<Kind extends Action = number> implements Environment {
  abstract readonly specification: EnvironmentSpecification;
  private readonly stickiness: number;
  private stickyRandom: RandomGenerator = randomGenerator(0, 'sticky-actions');
  private executedAction: Action = 0;
  private elapsedSteps = 0;
  private running = false;

  constructor({ stickiness = 0 }: EnvironmentOptions = {}) {
    this.stickiness = stickiness;
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
    this.stickyRandom = randomGenerator(seed, 'sticky-actions');
    this.executedAction = idleAction(this.specification);
    this.elapsedSteps = 0;
    this.running = true;
    return this.draw();
  }

  step(action: Action): EnvironmentStep {
    const { id, maximumSteps } = this.specification;
    if (!this.running)
      throw new Error(`Environment ${id}: the episode has ended or never began; call reset first.`);
    checkAction(this.specification, action);
    if (this.stickyRandom.uniform() >= this.stickiness) {
      this.executedAction = typeof action === 'number' ? action : action.slice();
    }
    const { reward, terminated } = this.advance(this.executedAction as Kind);
    this.elapsedSteps += 1;
    const truncated = !terminated && this.elapsedSteps >= maximumSteps;
    this.running = !terminated && !truncated;
    return { observation: this.draw(), reward, terminated, truncated };
  }
}

function idleAction(specification: EnvironmentSpecification): Action {
  return specification.actionKind === 'discrete'
    ? specification.idleAction
    : new Float32Array(specification.actions.length);
}

function checkAction({ id, actionKind, actions }: EnvironmentSpecification, action: Action): void {
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
