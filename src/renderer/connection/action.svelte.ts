import { describeError } from '../../shared/errors';
import { toasts } from '../shell/toasts.svelte';

/** Something that a button does: one at a time, its error shown as a message. */
export class Action<Arguments extends unknown[] = []> {
  busy = $state(false);
  readonly #perform: (...given: Arguments) => Promise<unknown>;

  constructor(perform: (...given: Arguments) => Promise<unknown>) {
    this.#perform = perform;
  }

  readonly run = async (...given: Arguments): Promise<boolean> => {
    if (this.busy) return false;
    this.busy = true;
    try {
      await this.#perform(...given);
      return true;
    } catch (error) {
      toasts.add('error', describeError(error));
      return false;
    } finally {
      this.busy = false;
    }
  };
}
