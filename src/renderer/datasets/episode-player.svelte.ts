import { describeError } from '../../shared/errors';
import { Playback } from '../frames/playback.svelte';
import type { FrameBlocks } from './frame-blocks';

/** Plays the frames of an episode. Time waits for frames that are not here yet. To be made while a component is set up. */
export class EpisodePlayer extends Playback {
  /** The frame of `step`; while it loads, the one before stays. */
  pixels = $state.raw<Uint8Array>();
  waiting = $state(true);
  error = $state<string>();
  readonly #frames: FrameBlocks;

  /** @param range the whole episode if left out; after its end its last frame stays */
  constructor(frames: FrameBlocks, range = () => ({ first: 0, last: frames.length - 1 })) {
    super({ range, isWaiting: () => this.waiting });
    this.#frames = frames;
    $effect(() => void this.#show(this.#shown));
  }

  retry(): void {
    void this.#show(this.#shown);
  }

  get #shown(): number {
    return Math.min(this.step, this.#frames.length - 1);
  }

  async #show(step: number): Promise<void> {
    const here = this.#frames.get(step);
    if (here) this.pixels = here;
    this.waiting = !here;
    try {
      await this.#frames.ensure(step);
      this.error = undefined;
    } catch (error) {
      if (this.#shown === step) this.error = describeError(error);
      return;
    }
    if (this.#shown !== step || here) return;
    this.pixels = this.#frames.get(step);
    this.waiting = false;
  }
}
