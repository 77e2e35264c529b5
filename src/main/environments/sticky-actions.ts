import type { Action } from '../../shared/actions';
import type { EnvironmentSpecification } from '../../shared/environment';
import { StudioError } from '../../shared/errors';
import { randomGenerator, type RandomGenerator } from '../../shared/random';

/**
 * Which action a step executes: with probability `stickiness` the one executed before it (Machado et al., "Revisiting the
 * Arcade Learning Environment", 2018). An episode begins as if its idle action had been executed.
 */
export class StickyActions {
  readonly #stickiness: number;
  #random: RandomGenerator = randomGenerator(0, 'sticky-actions');
  #executed: Action = 0;

  /** Throws StudioError for a stickiness outside [0, 1). */
  constructor(stickiness: number) {
    if (!(stickiness >= 0 && stickiness < 1)) {
      throw new StudioError(
        `Stickiness of actions is ${stickiness}: choose a probability from 0 to below 1.`,
      );
    }
    this.#stickiness = stickiness;
  }

  begin(specification: EnvironmentSpecification, seed: number): void {
    this.#random = randomGenerator(seed, 'sticky-actions');
    this.#executed = idleAction(specification);
  }

  /** The action to execute where `action` is asked for. */
  choose(action: Action): Action {
    if (this.#random.uniform() >= this.#stickiness) {
      this.#executed = typeof action === 'number' ? action : action.slice();
    }
    return this.#executed;
  }
}

function idleAction(specification: EnvironmentSpecification): Action {
  return specification.actionKind === 'discrete'
    ? specification.idleAction
    : new Float32Array(specification.actions.length);
}
