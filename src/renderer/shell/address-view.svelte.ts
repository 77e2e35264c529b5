import { untrack } from 'svelte';
import { router } from './router.svelte';

/** Chromium takes 200 changes of the address in half a minute. */
const addressMilliseconds = 300;

/** What a page shows, as its address says. To be made while the page is set up. */
export class AddressView<View extends object> {
  /** Changes that are not yet in the address. */
  #changes = $state.raw<Partial<View>>({});
  /** Parts that say the same stay the same objects: what derives from them is not made anew. */
  readonly value: View;
  #last: View | undefined;
  readonly #write: (changes: Partial<View>) => Record<string, string | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    read: (parameters: URLSearchParams) => View,
    write: (changes: Partial<View>) => Record<string, string | undefined>,
  ) {
    this.value = $derived.by(() => {
      const next = { ...read(router.parameters), ...this.#changes };
      return (this.#last = keepEqualParts(next, this.#last));
    });
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

function keepEqualParts<View extends object>(next: View, last: View | undefined): View {
  if (!last) return next;
  const parts = Object.entries(next).map(([name, part]): [string, unknown] => {
    const before: unknown = last[name as keyof View];
    return [name, JSON.stringify(part) === JSON.stringify(before) ? before : part];
  });
  return Object.fromEntries(parts) as View;
}
