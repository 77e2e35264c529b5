import { demoSteps } from '../../shared/contract/demo';
import type { DemoProgress } from '../studio/demo/progress';
import { countsAndTime, type Bar, type ProgressDisplay } from './progress-display';
import { formatSeconds } from './text';

/** The demo's steps as bars, with one for everything at the end. */
export class DemoBars {
  readonly #display: ProgressDisplay;
  readonly #bars = new Map<string, Bar>(
    demoSteps.map(({ id, title }) => [id, { id, title, share: 0, detail: '' }]),
  );

  constructor(display: ProgressDisplay) {
    this.#display = display;
  }

  show({ step, phase, done, total, secondsLeft, totalSecondsLeft, totalShare }: DemoProgress): void {
    for (const { id } of demoSteps) {
      const bar = this.#bars.get(id)!;
      if (id === step) {
        const counts = done === 0 ? phase : countsAndTime(done, total, secondsLeft);
        this.#bars.set(id, { ...bar, share: total > 0 ? done / total : 0, detail: counts });
        break;
      }
      // Steps before the current one are done, whether or not their last word arrived.
      if (bar.share < 1) this.#bars.set(id, { ...bar, share: 1 });
    }
    const isOver = totalShare >= 1;
    const all: Bar = {
      id: 'all',
      title: 'All',
      share: totalShare,
      detail: isOver ? 'done' : `about ${formatSeconds(totalSecondsLeft)} left`,
    };
    this.#display.show([...this.#bars.values(), all]);
  }
}
