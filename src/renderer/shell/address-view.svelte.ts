import { untrack } from 'svelte';
import { router } from './router.svelte';

/** Chromium takes 200 changes of the address in half a minute. */
const addressMilliseconds = 300;

/** What a page shows, as its address says. To be made while the page is set up. */
export class AddressView<View extends object> {
  /** Changes that are not yet in the address. */
  #changes = $state.raw<Partial<View>>({});
  readonly value: View;
  readonly #write: (changes: Partial<View>) => Record<string, string | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    read: (parameters: URLSearchParams) => View,
    write: (changes: Partial<View>) => Record<string, string | undefined>,
  ) {
    this.value = $derived({ ...read(router.parameters), ...this.#changes });
    this.#write = write;
    $effect(() => () => clearTimeout(this.#timer));
  }

  /** Changes what is shown at once, and the address soon after. */
  change(changes: Partial<View>): void {
    this.#changes = { ...this.#changes, ...changes };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      router.setParameters(this.#write(untrack(() => this.#changes)));
      this.#changes = {};
    }, addressMilliseconds);
  }
}
