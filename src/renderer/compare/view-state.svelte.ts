import { router } from '../shell/router.svelte';
import { readView, viewParameters, type CompareView } from './view';

/** Chromium takes 200 changes of the address in half a minute. */
const addressMilliseconds = 300;

/** The view of the page, in its address but for what has just changed. To be made while the page is set up. */
export class ViewState {
  #changes = $state.raw<Partial<CompareView>>({});
  #last: CompareView | undefined;
  readonly current: CompareView = $derived.by(() => {
    const next = { ...readView(router.parameters), ...this.#changes };
    return (this.#last = keepEqualParts(next, this.#last));
  });
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

/** Parts that say the same stay the same objects: what derives from them need not be made anew. */
function keepEqualParts(next: CompareView, last: CompareView | undefined): CompareView {
  if (!last) return next;
  const parts = Object.entries(next).map(([name, part]) => {
    const before = last[name as keyof CompareView];
    return [name, JSON.stringify(part) === JSON.stringify(before) ? before : part];
  });
  return Object.fromEntries(parts) as CompareView;
}
