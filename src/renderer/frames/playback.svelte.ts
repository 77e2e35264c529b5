export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const;
/** At speed 1: the pace at which people play and record. */
export const stepsPerSecond = 15;

export interface PlaybackOptions {
  /** First and last step, which may change. */
  range: () => { first: number; last: number };
  /** Whether the step's frame is not here yet: time waits for it. */
  isWaiting?: () => boolean;
}

/** Which step is shown, whether time runs and how fast. To be made while a component is set up. */
export class Playback {
  step = $state(0);
  playing = $state(false);
  speed = $state<(typeof speeds)[number]>(1);
  loops = $state(false);
  readonly #options: PlaybackOptions;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.step = options.range().first;
    $effect(() => (this.playing ? this.#run() : undefined));
  }

  get first(): number {
    return this.#options.range().first;
  }

  get last(): number {
    return this.#options.range().last;
  }

  toggle(): void {
    if (!this.playing && this.step === this.last) this.step = this.first;
    this.playing = !this.playing;
  }

  /** Shows a step and stands still there. */
  seek(step: number): void {
    this.playing = false;
    this.step = Math.max(this.first, Math.min(this.last, Math.round(step)));
  }

  changeSpeed(direction: 1 | -1): void {
    const index = speeds.indexOf(this.speed) + direction;
    this.speed = speeds[Math.max(0, Math.min(speeds.length - 1, index))]!;
  }

  /** Follows the screen's clock, so that no frame is shown for longer than its time unless the machine is too slow. */
  #run(): () => void {
    let last: number | undefined;
    let elapsed = 0;
    const tick = (now: number): void => {
      request = requestAnimationFrame(tick);
      const passed = last === undefined ? 0 : now - last;
      last = now;
      if (this.#options.isWaiting?.()) return;
      elapsed += (passed / 1000) * stepsPerSecond * this.speed;
      const steps = Math.floor(elapsed);
      if (steps === 0) return;
      elapsed -= steps;
      this.#advance(steps);
    };
    let request = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(request);
  }

  #advance(steps: number): void {
    const { first, last } = this;
    const next = this.step + steps;
    if (next <= last) this.step = next;
    else if (this.loops) this.step = first + ((next - first) % (last - first + 1));
    else {
      this.step = last;
      this.playing = false;
    }
  }
}
