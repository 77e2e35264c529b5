import { SvelteMap } from 'svelte/reactivity';
import type { FrameStrip } from '../../shared/dataset-statistics';
import { studio } from '../connection/connection.svelte';

const atOnce = 24;
const settleMilliseconds = 60;

/** Thumbnails of the episodes that are looked at, asked for together once the scrolling settles. */
export class EpisodeStrips {
  readonly strips = new SvelteMap<number, FrameStrip>();
  readonly #asked = new Set<number>();
  readonly #id: string;
  readonly #count: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, count: number) {
    this.#id = id;
    this.#count = count;
  }

  want(episodes: readonly number[]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(episodes), settleMilliseconds);
  }

  async #ask(episodes: readonly number[]): Promise<void> {
    const missing = episodes.filter((episode) => !this.#asked.has(episode)).slice(0, atOnce);
    if (missing.length === 0) return;
    for (const episode of missing) this.#asked.add(episode);
    try {
      const strips = await studio().datasets.thumbnails({
        id: this.#id,
        episodes: missing,
        count: this.#count,
      });
      missing.forEach((episode, index) => this.strips.set(episode, strips[index]!));
    } catch {
      // The player says what is wrong with an episode; here it may be tried again.
      for (const episode of missing) this.#asked.delete(episode);
      return;
    }
    await this.#ask(episodes);
  }
}
