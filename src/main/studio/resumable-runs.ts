import { rmSync } from 'node:fs';
import type { RunDescription, RunKind } from '../../shared/runs';
import type { Registry } from '../registry/registry';
import { runFolder } from '../trainer/home';
import { reserveRunId } from '../trainer/run-folder';
import { followRun, type JobControl } from './follow-run';
import type { JobEvent } from './supervisor';

/** What a piece of work of several runs remembers, so that it can go on after it was interrupted. */
export interface RunMemory {
  /** Id of the run that was made for a purpose. */
  find(purpose: string): string | undefined;
  keep(purpose: string, runId: string): void;
}

export interface ResumableRunsOptions {
  readonly control?: JobControl | undefined;
  readonly onRunCreated?: ((runId: string) => void) | undefined;
  readonly onJobEvent?: ((runId: string, event: JobEvent) => void) | undefined;
}

/** The runs of a demo or an experiment: what an earlier attempt made is gone on with, and what is finished is kept. */
export class ResumableRuns {
  readonly #registry: Registry;
  readonly #memory: RunMemory;
  readonly #options: ResumableRunsOptions;

  constructor(registry: Registry, memory: RunMemory, options: ResumableRunsOptions) {
    this.#registry = registry;
    this.#memory = memory;
    this.#options = options;
  }

  /**
   * The run that an earlier attempt has made for this, or a new one. Its id is remembered before it is made: a kill in
   * between leaves no run that nobody knows.
   */
  async ensure(
    purpose: string,
    kind: RunKind,
    create: (id: string) => Promise<RunDescription>,
  ): Promise<string> {
    const known = this.#memory.find(purpose);
    if (known !== undefined && this.#registry.hasRun(known)) return known;
    const { home } = this.#registry;
    const id = reserveRunId(home, kind);
    this.#memory.keep(purpose, id);
    try {
      await create(id);
    } catch (error) {
      rmSync(runFolder(home, id), { recursive: true, force: true });
      throw error;
    }
    this.#options.onRunCreated?.(id);
    return id;
  }

  /** Runs it to its end, unless it has ended before, and returns its results. Throws RunNotFinished if it has none. */
  async finish(runId: string, onEvent: (event: JobEvent) => void): Promise<unknown> {
    const { status, summary } = this.#registry.getRun(runId).state;
    if (status === 'finished') return summary ?? {};
    return followRun(this.#registry, runId, {
      control: this.#options.control,
      onEvent: (event) => {
        this.#options.onJobEvent?.(runId, event);
        onEvent(event);
      },
    });
  }
}
