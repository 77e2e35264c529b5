import { describeError } from '../../shared/errors';
import type { FrameBlocks } from './frame-blocks';

export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const;
/** At speed 1: the pace at which people play and record. */
const stepsPerSecond = 15;

/**
 * Plays the frames of an episode: which step is shown, whether time runs and how fast. Time waits for frames that are
 * not here yet. To be made while a component is set up.
 */
export class EpisodePlayer {
  readonly length: number;
  step = $state(0);
  playing = $state(false);
  speed = $state<(typeof speeds)[number]>(1);
  loops = $state(false);
  /** The frame of `step`; while it loads, the one before stays. */
  pixels = $state.raw<Uint8Array>();
  waiting = $state(true);
  error = $state<string>();
  readonly #frames: FrameBlocks;

  constructor(frames: FrameBlocks) {
    this.#frames = frames;
    this.length = frames.length;
    $effect(() => void this.#show(this.step));
    $effect(() => (this.playing ? this.#run() : undefined));
  }

  toggle(): void {
    if (!this.playing && this.step === this.length - 1) this.step = 0;
    this.playing = !this.playing;
  }

  /** Shows a step and stands still there. */
  seek(step: number): void {
    this.playing = false;
    this.step = Math.max(0, Math.min(this.length - 1, Math.round(step)));
  }

  changeSpeed(direction: 1 | -1): void {
    const index = speeds.indexOf(this.speed) + direction;
    this.speed = speeds[Math.max(0, Math.min(speeds.length - 1, index))]!;
  }

  retry(): void {
    void this.#show(this.step);
  }

  async #show(step: number): Promise<void> {
    const here = this.#frames.get(step);
    if (here) this.pixels = here;
    this.waiting = !here;
    try {
      await this.#frames.ensure(step);
      this.error = undefined;
    } catch (error) {
      if (this.step === step) this.error = describeError(error);
      return;
    }
    if (this.step !== step || here) return;
    this.pixels = this.#frames.get(step);
    this.waiting = false;
  }

  /** Follows the screen's clock, so that no frame is shown for longer than its time unless the machine is too slow. */
  #run(): () => void {
    let last: number | undefined;
    let elapsed = 0;
    let request = requestAnimationFrame(tick.bind(this));
    function tick(this: EpisodePlayer, now: number): void {
      request = requestAnimationFrame(tick.bind(this));
      const passed = last === undefined ? 0 : now - last;
      last = now;
      if (this.waiting) return;
      elapsed += (passed / 1000) * stepsPerSecond * this.speed;
      const steps = Math.floor(elapsed);
      if (steps === 0) return;
      elapsed -= steps;
      this.#advance(steps);
    }
    return () => cancelAnimationFrame(request);
  }

  #advance(steps: number): void {
    const next = this.step + steps;
    if (next < this.length) this.step = next;
    else if (this.loops) this.step = next % this.length;
    else {
      this.step = this.length - 1;
      this.playing = false;
    }
  }
}
