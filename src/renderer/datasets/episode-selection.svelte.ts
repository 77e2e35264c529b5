import { SvelteSet } from 'svelte/reactivity';

/** Which of the listed episodes are chosen, and which one the keyboard is at. */
export class EpisodeSelection {
  readonly chosen = new SvelteSet<number>();
  /** Place in the list, not the episode's number. */
  active = $state(0);
  /** Where a range began. */
  #anchor = 0;
  readonly #listed: () => readonly number[];

  /** `listed`: the episodes in the order in which they are shown. */
  constructor(listed: () => readonly number[]) {
    this.#listed = listed;
  }

  get activeEpisode(): number | undefined {
    return this.#listed()[this.active];
  }

  move(to: number, options: { extend?: boolean } = {}): void {
    this.active = Math.max(0, Math.min(this.#listed().length - 1, to));
    if (options.extend) this.#chooseRange();
    else this.#anchor = this.active;
  }

  toggle(position: number): void {
    this.move(position);
    const episode = this.activeEpisode;
    if (episode === undefined) return;
    if (!this.chosen.delete(episode)) this.chosen.add(episode);
  }

  chooseAll(): void {
    for (const episode of this.#listed()) this.chosen.add(episode);
  }

  clear(): void {
    this.chosen.clear();
  }

  /** Rising, as edits want them. */
  get episodes(): number[] {
    return [...this.chosen].sort((one, other) => one - other);
  }

  #chooseRange(): void {
    const [from, to] = [Math.min(this.#anchor, this.active), Math.max(this.#anchor, this.active)];
    this.chosen.clear();
    for (const episode of this.#listed().slice(from, to + 1)) this.chosen.add(episode);
  }
}
