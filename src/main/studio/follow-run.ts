import type { RunState } from '../../shared/runs';
import type { Registry } from '../registry/registry';
import { runJob, type JobOptions, type RunningJob } from './supervisor';

/** A run that ended in another way than it should: paused, interrupted or failed. */
export class RunNotFinished extends Error {
  override readonly name = 'RunNotFinished';
  readonly runId: string;
  readonly state: RunState;

  constructor(runId: string, state: RunState) {
    super(state.message);
    this.runId = runId;
    this.state = state;
  }
}

/** Passes a user's wish to pause or to kill on to the jobs that run at the moment, and to those that start later. */
export class JobControl {
  readonly #jobs = new Set<RunningJob>();
  #wish: 'pause' | 'stop' | 'kill' | undefined;

  pause(): void {
    this.#tell('pause');
  }

  stop(): void {
    this.#tell('stop');
  }

  kill(): void {
    this.#tell('kill');
  }

  /** Nothing more should be started. */
  get isEnding(): boolean {
    return this.#wish !== undefined;
  }

  /** Lets the control's wishes reach a job until it has ended. */
  async follow(job: RunningJob): Promise<RunState> {
    this.#jobs.add(job);
    if (this.#wish) job[this.#wish]();
    const state = await job.done;
    this.#jobs.delete(job);
    return state;
  }

  #tell(wish: 'pause' | 'stop' | 'kill'): void {
    this.#wish = wish;
    for (const job of this.#jobs) job[wish]();
  }
}

export interface FollowOptions extends JobOptions {
  readonly control?: JobControl | undefined;
}

/** Runs a queued or interrupted run to its end and returns its results. Throws RunNotFinished if it has none. */
export async function followRun(
  registry: Registry,
  runId: string,
  { control = new JobControl(), ...options }: FollowOptions = {},
): Promise<NonNullable<RunState['summary']>> {
  const job = await runJob(registry.home, registry, runId, options);
  const state = await control.follow(job);
  if (state.status !== 'finished') throw new RunNotFinished(runId, state);
  return state.summary ?? {};
}
