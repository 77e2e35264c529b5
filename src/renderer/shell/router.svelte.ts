/** The address of a page is after the `#`: `#/runs/<id>?tab=log`. It works from a `studio:` address and in a browser alike. */
class Router {
  #hash = $state(window.location.hash);
  readonly #url = $derived(new URL(this.#hash.slice(1) || '/', 'studio://page'));

  constructor() {
    window.addEventListener('hashchange', () => (this.#hash = window.location.hash));
  }

  /** e.g. `['runs', '20261122-131405-agent-ab12']`; of the start page, none. */
  readonly segments = $derived(this.#url.pathname.split('/').filter(Boolean).map(decodeURIComponent));
  readonly parameters = $derived(this.#url.searchParams);

  go(address: string): void {
    window.location.hash = address;
  }

  /** Changes parameters of the present page, without an entry in the history; undefined removes one. */
  setParameters(changes: Readonly<Record<string, string | undefined>>): void {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    window.history.replaceState(null, '', `#${url.pathname}${url.search}`);
    this.#hash = window.location.hash;
  }
}

export const router = new Router();
