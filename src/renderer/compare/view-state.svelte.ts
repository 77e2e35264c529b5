import { router } from '../shell/router.svelte';
import { readView, viewParameters, type CompareView } from './view';

/** Chromium takes 200 changes of the address in half a minute. */
const addressMilliseconds = 300;

/** The view of the page, in its address but for what has just changed. To be made while the page is set up. */
export class ViewState {
  #changes = $state.raw<Partial<CompareView>>({});
  readonly current: CompareView = $derived({ ...readView(router.parameters), ...this.#changes });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    $effect(() => () => clearTimeout(this.#timer));
  }

  /** Changes what is shown at once, and the address soon after. */
  readonly change = (changes: Partial<CompareView>): void => {
    this.#changes = { ...this.#changes, ...changes };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      router.setParameters(viewParameters(this.#changes));
      this.#changes = {};
    }, addressMilliseconds);
  };
}
