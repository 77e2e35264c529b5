import { demoSteps, type DemoStepId } from '../../../shared/contract/demo';
import type { DemoSize } from './plan';

/** How far one step of the demo is. */
export interface DemoProgress {
  step: DemoStepId;
  /** What it does at the moment, in a few words. */
  phase: string;
  done: number;
  total: number;
  /** Of this step. */
  secondsLeft: number | undefined;
  /** Of the whole demo. */
  totalSecondsLeft: number;
  /** Of the whole demo, 0 to 1. */
  totalShare: number;
}

/** A step's own speed counts from here on; before, its start-up would pass for slowness. */
const trustedShare = 0.05;
/** Share of the plan that a measured pace has to outweigh. */
const trustedPlan = 0.1;

/** Tells the time left from the plan's rough seconds, corrected by how long the finished steps really took. */
export class DemoClock {
  readonly #expected: DemoSize['seconds'];
  readonly #trust: number;
  readonly #now: () => number;
  readonly #elapsed = new Map<DemoStepId, number>();
  #current: { step: DemoStepId; started: number } | undefined;

  /** @param now in seconds */
  constructor(expected: DemoSize['seconds'], now = (): number => performance.now() / 1000) {
    this.#expected = expected;
    this.#trust = trustedPlan * Object.values(expected).reduce((sum, seconds) => sum + seconds, 0);
    this.#now = now;
  }

  begin(step: DemoStepId): void {
    this.finish();
    this.#current = { step, started: this.#now() };
  }

  finish(): void {
    if (this.#current) this.#elapsed.set(this.#current.step, this.#now() - this.#current.started);
    this.#current = undefined;
  }

  /**
   * @param share how much of the current step is done, 0 to 1
   * @param secondsLeft of the current step, where it knows
   */
  estimate(share: number, secondsLeft?: number): { totalSecondsLeft: number; totalShare: number } {
    const pace = this.#pace();
    const past = [...this.#elapsed.values()].reduce((sum, seconds) => sum + seconds, 0);
    const running = this.#current ? this.#now() - this.#current.started : 0;
    const ahead = demoSteps
      .filter(({ id }) => !this.#elapsed.has(id) && id !== this.#current?.step)
      .reduce((sum, { id }) => sum + this.#expected[id] * pace, 0);
    const left = ahead + (secondsLeft ?? this.#currentLeft(share, running, pace));
    const total = past + running + left;
    return { totalSecondsLeft: left, totalShare: total > 0 ? (past + running) / total : 1 };
  }

  #currentLeft(share: number, running: number, pace: number): number {
    if (!this.#current) return 0;
    if (share >= trustedShare) return (running * (1 - share)) / share;
    return Math.max(0, this.#expected[this.#current.step] * pace - running);
  }

  /** Seconds that this machine takes for a second of the plan. */
  #pace(): number {
    // The plan counts as some seconds already measured: the first steps are short, and mostly start-up.
    let took = this.#trust;
    let expected = this.#trust;
    for (const [step, seconds] of this.#elapsed) {
      took += seconds;
      expected += this.#expected[step];
    }
    return took / expected;
  }
}
