import type { ExperimentStep } from './plan';

/** Tells the time that is left from how long runs of the same kind took. */
export class ExperimentClock {
  readonly #jobs: number;
  readonly #now: () => number;
  readonly #began = new Map<string, number>();
  readonly #took = new Map<string, number[]>();

  /** @param jobs runs at once @param now in seconds */
  constructor(jobs: number, now = (): number => performance.now() / 1000) {
    this.#jobs = jobs;
    this.#now = now;
  }

  begin({ key }: ExperimentStep): void {
    this.#began.set(key, this.#now());
  }

  finish(step: ExperimentStep): void {
    const took = this.#now() - this.#began.get(step.key)!;
    const kind = kindOf(step);
    this.#took.set(kind, [...(this.#took.get(kind) ?? []), took]);
  }

  /**
   * Null while there is a kind of runs of which none has ended yet.
   * @param running the share of each that is done, 0 to 1
   */
  secondsLeft(
    waiting: readonly ExperimentStep[],
    running: ReadonlyMap<ExperimentStep, number>,
  ): number | null {
    let seconds = 0;
    const ahead = [...waiting.map((step) => [step, 0] as const), ...running];
    for (const [step, share] of ahead) {
      const took = this.#took.get(kindOf(step));
      if (!took) return null;
      seconds += ((1 - share) * took.reduce((sum, one) => sum + one, 0)) / took.length;
    }
    return seconds / this.#jobs;
  }
}

/** Runs that take about the same time; recordings are short, whatever they record. */
function kindOf({ request }: ExperimentStep): string {
  switch (request.kind) {
    case 'record':
      return 'record';
    case 'world-model':
      return 'world-model';
    case 'agent':
      return `agent ${request.training.method}`;
    case 'evaluation':
      return `evaluation of ${request.evaluation.agents.length} in ${request.evaluation.environment}`;
  }
}
