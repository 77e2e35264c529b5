import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDescription, RunState } from '../../shared/runs';
import { describeError, StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { isAlive, readHeartbeat, silenceMilliseconds, writeHeartbeat } from '../trainer/heartbeat';
import { runFolder } from '../trainer/home';
import type { TrainerMessage } from '../trainer/protocol';
import { appendLog, createRunFolder, readState, sweepRunFolder } from '../trainer/run-folder';
import type { NewRun } from '../trainer/run-folder';
import { builtProgram } from './built-program';
import { requireNoWriter } from './datasets/uses';
import { startTrainer } from './trainer-process';
import type { TrainerProcess } from './trainer-process';
import { verdict } from './verdict';

export type JobEvent =
  | TrainerMessage
  | { type: 'started'; pid: number }
  /** The trainer has written no heartbeat for a while: it hangs, or the machine is overloaded. It goes on. */
  | { type: 'stalled'; silentSeconds: number }
  /** Something went wrong that does not end the run. */
  | { type: 'notice'; text: string }
  | { type: 'ended'; state: RunState };

export interface JobOptions {
  readonly onEvent?: (event: JobEvent) => void;
  /** Aborting is the same as `stop()`. */
  readonly signal?: AbortSignal;
  /** File of the trainer's program; the built one by default. */
  readonly trainerEntry?: string;
  /** Silence of the heartbeat that counts as a stall. */
  readonly silenceMilliseconds?: number;
  /** How long `stop()` waits for the last checkpoint before it kills. */
  readonly stopMilliseconds?: number;
}

export interface RunningJob {
  /** The run's final state; it never rejects. */
  readonly done: Promise<RunState>;
  /** Asks for a checkpoint and the end: the run is then `paused`. */
  pause(): void;
  /** The same, but the run is then `interrupted`, and a trainer that does not end in time is killed. */
  stop(): void;
  /** Ends the trainer at once; the run can go on from its last checkpoint. */
  kill(): void;
}

const progressMilliseconds = 5000;
const stopDefaultMilliseconds = 60_000;

/** Makes the folder and the row of a queued run. */
export function createRun(home: string, registry: Registry, run: NewRun, totalSteps = 0): RunDescription {
  const description = createRunFolder(home, run, totalSteps);
  registry.upsertRun(description, readState(runFolder(home, description.id)));
  return description;
}

/** Starts or resumes a run in a trainer process of its own and follows it to its end. */
export async function runJob(
  home: string,
  registry: Registry,
  runId: string,
  options: JobOptions = {},
): Promise<RunningJob> {
  const entry = options.trainerEntry ?? builtProgram('trainer');
  const folder = runFolder(home, runId);
  const state = claim(registry, folder, runId);
  try {
    await sweepRunFolder(folder);
    rmSync(join(folder, 'error.json'), { force: true });
    return new Job(registry, folder, runId, state, entry, options);
  } catch (error) {
    registry.setStatus(runId, { ...state, status: 'failed', message: describeError(error), updated: now() });
    throw error;
  }
}

/**
 * Marks the run as running, with this process as its heart until the trainer's beats; refuses one that runs already, and a
 * recording into a dataset that another one is adding to.
 */
function claim(registry: Registry, folder: string, runId: string): RunState {
  return registry.setStatus(runId, (current) => {
    const heartbeat = readHeartbeat(folder);
    if (current.status === 'running' && heartbeat !== undefined && isAlive(heartbeat)) {
      throw new StudioError(
        `Run ${runId} is running already, as process ${heartbeat.pid}: wait for it or pause it.`,
      );
    }
    if (current.status === 'finished') {
      throw new StudioError(`Run ${runId} is finished: start a new run to go further.`);
    }
    const { kind, configuration } = registry.getRun(runId);
    if (kind === 'record') requireNoWriter(registry, String(configuration['datasetId']), runId);
    writeHeartbeat(folder, process.pid, current.step);
    const { step, totalSteps } = current;
    return { status: 'running', step, totalSteps, message: 'Starting', updated: now() };
  });
}

class Job implements RunningJob {
  readonly done: Promise<RunState>;
  readonly #registry: Registry;
  readonly #folder: string;
  readonly #runId: string;
  readonly #options: JobOptions;
  readonly #trainer: TrainerProcess;
  readonly #watch: NodeJS.Timeout;
  #state: RunState;
  #stateWritten = Date.now();
  #stalled = false;
  #summary: RunState['summary'];
  #failure: string | undefined;
  #stopTimer: NodeJS.Timeout | undefined;
  #killed = false;

  constructor(
    registry: Registry,
    folder: string,
    runId: string,
    state: RunState,
    entry: string,
    options: JobOptions,
  ) {
    this.#registry = registry;
    this.#folder = folder;
    this.#runId = runId;
    this.#state = state;
    this.#options = options;
    this.#trainer = startTrainer(
      entry,
      folder,
      (message) => this.#receive(message),
      (reason) =>
        this.#emit({ type: 'notice', text: `The trainer sent a message of an unknown form: ${reason}` }),
    );
    this.#guard(() => writeHeartbeat(folder, this.#trainer.pid, state.step));
    this.#emit({ type: 'started', pid: this.#trainer.pid });
    const silence = options.silenceMilliseconds ?? silenceMilliseconds;
    this.#watch = setInterval(() => this.#listenForHeart(silence), Math.min(silence / 2, 5000)).unref();
    this.done = this.#follow();
    if (options.signal?.aborted) this.stop();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  pause(): void {
    this.#trainer.send({ type: 'pause' });
  }

  stop(): void {
    if (this.#stopTimer !== undefined) return;
    const patience = this.#options.stopMilliseconds ?? stopDefaultMilliseconds;
    this.#stopTimer = setTimeout(() => this.#trainer.kill(), patience);
    this.#trainer.send({ type: 'stop' });
  }

  kill(): void {
    this.#killed = true;
    this.#trainer.kill();
  }

  readonly #onAbort = (): void => this.stop();

  async #follow(): Promise<RunState> {
    const { exitCode, signal } = await this.#trainer.ended;
    clearInterval(this.#watch);
    clearTimeout(this.#stopTimer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#guard(() => this.#registry.ingestMetrics(this.#runId));
    this.#guard(() => this.#registry.recordCheckpoints(this.#runId));
    this.#guard(() => this.#registry.recordArtifacts(this.#runId));
    const { step, totalSteps } = this.#state;
    const end = {
      exitCode,
      signal,
      stopRequested: this.#stopTimer !== undefined || this.#killed,
      ...(this.#summary && { summary: this.#summary }),
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
    this.#state = { step, totalSteps, updated: now(), ...verdict(end, this.#folder, step) };
    this.#guard(() => this.#registry.setStatus(this.#runId, this.#state));
    this.#emit({ type: 'ended', state: this.#state });
    return this.#state;
  }

  #receive(message: TrainerMessage): void {
    this.#guard(() => this.#record(message));
    this.#emit(message);
  }

  #record(message: TrainerMessage): void {
    switch (message.type) {
      case 'progress': {
        const { phase, step, totalSteps } = message;
        const phaseChanged = phase !== this.#state.message;
        this.#state = { ...this.#state, step, totalSteps, message: phase };
        if (phaseChanged || Date.now() - this.#stateWritten >= progressMilliseconds) this.#writeState();
        break;
      }
      case 'metrics':
        this.#registry.ingestMetrics(this.#runId);
        break;
      case 'checkpoint':
        // Progress is told only now and then: a pause may end at a later step than the last one that was told.
        this.#state = { ...this.#state, step: Math.max(this.#state.step, message.step) };
        this.#registry.recordCheckpoints(this.#runId);
        this.#writeState();
        break;
      case 'artifact':
        this.#registry.recordArtifacts(this.#runId);
        break;
      case 'log':
        appendLog(this.#folder, message.level, message.text);
        break;
      case 'result':
        this.#summary = message.summary;
        break;
      case 'failed':
        this.#failure = message.message;
        break;
    }
  }

  #writeState(): void {
    this.#stateWritten = Date.now();
    this.#state = { ...this.#state, updated: now() };
    this.#registry.setStatus(this.#runId, this.#state);
  }

  #listenForHeart(silence: number): void {
    const age = Date.now() - (readHeartbeat(this.#folder)?.time ?? 0);
    const stalled = age > silence;
    if (stalled && !this.#stalled) this.#emit({ type: 'stalled', silentSeconds: Math.round(age / 1000) });
    this.#stalled = stalled;
  }

  /** A full disk or a locked database on this side must not end a training that goes on. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#emit({ type: 'notice', text: describeError(error) });
    }
  }

  #emit(event: JobEvent): void {
    this.#options.onEvent?.(event);
  }
}

function now(): string {
  return new Date().toISOString();
}
