import { describeError, StudioError } from '../../../shared/errors';
import type { ExperimentProgress } from '../../../shared/contract/experiments';
import type { Registry } from '../../registry/registry';
import { datasetFolder } from '../../trainer/home';
import { JobControl, RunNotFinished } from '../follow-run';
import { ResumableRuns, type ResumableRunsOptions, type RunMemory } from '../resumable-runs';
import { ExperimentClock } from './clock';
import { isRecorded, makeRun } from './make-run';
import type { ExperimentPlan, ExperimentStep } from './plan';

export interface ExperimentOptions extends ResumableRunsOptions {
  readonly memory: RunMemory;
  /** Runs at once. */
  readonly jobs: number;
  readonly onProgress?: (progress: ExperimentProgress) => void;
  /** Something that a person should know and that does not end the experiment. */
  readonly onNotice?: (text: string) => void;
}

/** How long progress that only goes on is kept back. */
const reportMilliseconds = 1000;

/**
 * Makes all runs of an experiment that are not finished yet, several at once. A run that fails keeps only those from
 * being made that need it. Throws RunNotFinished where it was paused, and StudioError where runs failed.
 */
export async function runExperiment(
  registry: Registry,
  plan: ExperimentPlan,
  options: ExperimentOptions,
): Promise<void> {
  await new ExperimentWork(registry, plan, options).run();
}

class ExperimentWork {
  readonly #registry: Registry;
  readonly #options: ExperimentOptions;
  readonly #control: JobControl;
  readonly #runs: ResumableRuns;
  readonly #waiting: ExperimentStep[];
  readonly #total: number;
  /** The runs of steps that are done; a dataset's run may be gone. */
  readonly #done = new Map<string, string | undefined>();
  readonly #failed = new Map<string, string>();
  readonly #shares = new Map<ExperimentStep, number>();
  readonly #clock: ExperimentClock;
  #reported = -Infinity;
  #paused: RunNotFinished | undefined;

  constructor(registry: Registry, plan: ExperimentPlan, options: ExperimentOptions) {
    this.#registry = registry;
    this.#options = options;
    this.#control = options.control ?? new JobControl();
    this.#runs = new ResumableRuns(registry, options.memory, { ...options, control: this.#control });
    this.#waiting = [...plan.steps];
    this.#total = plan.steps.length;
    this.#clock = new ExperimentClock(options.jobs);
  }

  async run(): Promise<void> {
    const working = new Set<Promise<void>>();
    for (;;) {
      while (working.size < this.#options.jobs && !this.#control.isEnding) {
        const step = this.#takeReady();
        if (!step) break;
        const work: Promise<void> = this.#do(step).finally(() => working.delete(work));
        working.add(work);
      }
      if (working.size === 0) break;
      await Promise.race(working);
    }
    if (this.#paused) throw this.#paused;
    if (this.#failed.size > 0) throw this.#failure();
    if (this.#waiting.length > 0)
      throw new StudioError('The experiment was ended before all its runs began.');
  }

  #takeReady(): ExperimentStep | undefined {
    const index = this.#waiting.findIndex(({ needs }) => needs.every((key) => this.#done.has(key)));
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #do(step: ExperimentStep): Promise<void> {
    try {
      this.#done.set(step.key, await this.#finish(step));
    } catch (error) {
      if (error instanceof RunNotFinished && error.state.status === 'paused') this.#paused = error;
      else {
        this.#failed.set(step.title, describeError(error));
        this.#options.onNotice?.(`${step.title} failed. ${describeError(error)}`);
      }
    }
    this.#shares.delete(step);
    this.#report();
  }

  async #finish(step: ExperimentStep): Promise<string | undefined> {
    const known = this.#options.memory.find(step.key);
    // One that was killed between its last episode and its end goes on, so that it ends.
    if ((known === undefined || this.#isFinished(known)) && (await isRecorded(this.#registry, step)))
      return known;
    const runId = await this.#runs.ensure(step.key, step.request.kind, (id) =>
      makeRun(this.#registry, step, id, (key) => this.#done.get(key)!),
    );
    if (this.#isFinished(runId)) return runId;
    this.#clock.begin(step);
    this.#shares.set(step, 0);
    this.#report();
    await this.#runs.finish(runId, (event) => {
      if (event.type === 'notice') this.#options.onNotice?.(event.text);
      if (event.type === 'log' && event.level !== 'information') this.#options.onNotice?.(event.text);
      if (event.type !== 'progress') return;
      // Preparations count their own steps, e.g. the expert's episodes that are encoded.
      const { totalSteps } = this.#registry.getRun(runId).state;
      if (event.totalSteps === totalSteps) this.#shares.set(step, event.step / totalSteps);
      if (performance.now() - this.#reported >= reportMilliseconds) this.#report();
    });
    if (step.request.kind === 'record') {
      const folder = datasetFolder(this.#registry.home, step.request.recording.dataset!);
      await this.#registry.registerDataset(folder);
    }
    this.#clock.finish(step);
    return runId;
  }

  #isFinished(runId: string): boolean {
    return this.#registry.getRun(runId).state.status === 'finished';
  }

  #report(): void {
    this.#reported = performance.now();
    const running = [...this.#shares].map(([{ title }, share]) => ({ title, share }));
    this.#options.onProgress?.({
      done: this.#done.size,
      total: this.#total,
      failed: this.#failed.size,
      running,
      secondsLeft: this.#clock.secondsLeft(this.#waiting, this.#shares),
    });
  }

  #failure(): StudioError {
    const [[title, reason]] = [...this.#failed] as [[string, string]];
    const { size } = this.#failed;
    const others = size > 1 ? `, and ${size - 1} more runs` : '';
    return new StudioError(
      `${title}${others} failed: resume the experiment to try again. ${title}: ${reason}`,
    );
  }
}
