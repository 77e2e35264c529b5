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

/** Passes a user's wish to pause or to kill on to whatever job runs at the moment, or is the next to start. */
export class JobControl {
  #job: RunningJob | undefined;
  #wish: 'go on' | 'pause' | 'stop' | 'kill' = 'go on';

  pause(): void {
    this.#wish = 'pause';
    this.#job?.pause();
  }

  stop(): void {
    this.#wish = 'stop';
    this.#job?.stop();
  }

  kill(): void {
    this.#wish = 'kill';
    this.#job?.kill();
  }

  /** Lets the control's wishes reach a job until it has ended. */
  async follow(job: RunningJob): Promise<RunState> {
    this.#job = job;
    if (this.#wish === 'pause') job.pause();
    if (this.#wish === 'stop') job.stop();
    if (this.#wish === 'kill') job.kill();
    const state = await job.done;
    this.#job = undefined;
    return state;
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
