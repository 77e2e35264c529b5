import type { Environment, EnvironmentSpecification, EnvironmentStep } from '../../shared/environment';
import type { RandomGenerator } from '../../shared/random';
import { randomGenerator } from '../../shared/random';

/** What one step of a built-in environment's rules says, before the step limit is applied. */
export interface Outcome {
  reward: number;
  terminated: boolean;
}

/** The episode bookkeeping that every built-in environment shares; subclasses supply rules and drawing. */
export abstract class PixelEnvironment implements Environment {
  abstract readonly specification: EnvironmentSpecification;
  private elapsedSteps = 0;
  private running = false;

  /** Sets the state at an episode's start; all randomness of the episode comes from `random`. */
  protected abstract initialise(random: RandomGenerator): void;
  protected abstract advance(action: number): Outcome;
  /** A fresh image of the current state. */
  protected abstract draw(): Uint8Array;

  reset(seed: number): Uint8Array {
    this.initialise(randomGenerator(seed, this.specification.id));
    this.elapsedSteps = 0;
    this.running = true;
    return this.draw();
  }

  step(action: number): EnvironmentStep {
    const { id, actions, maximumSteps } = this.specification;
    if (!this.running)
      throw new Error(`Environment ${id}: the episode has ended or never began; call reset first.`);
    if (!Number.isInteger(action) || action < 0 || action >= actions.length) {
      throw new RangeError(
        `Environment ${id} has no action ${action}; actions are 0 to ${actions.length - 1}.`,
      );
    }
    const { reward, terminated } = this.advance(action);
    this.elapsedSteps += 1;
    const truncated = !terminated && this.elapsedSteps >= maximumSteps;
    this.running = !terminated && !truncated;
    return { observation: this.draw(), reward, terminated, truncated };
  }
}
