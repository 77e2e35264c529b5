import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { describeError } from '../../shared/errors';
import type { ProcessIdentity, RunStatus } from '../../shared/runs';
import { readJson, writeJson } from '../trainer/files';
import { isHeld, keepFresh, processIdentity } from '../trainer/heartbeat';

interface WorkState {
  readonly id: string;
  readonly created: string;
  readonly status: RunStatus;
  readonly message: string;
  readonly worker: ProcessIdentity | null;
}

interface WorkStoreOptions<State> {
  /** Each is a file `<id>.json` in it. */
  readonly folder: string;
  readonly schema: z.ZodType<State>;
  /** What to say of one whose process ended while it was at work. */
  readonly interrupted: string;
  readonly onChange: (state: State) => void;
  readonly onNotice: (text: string) => void;
}

/**
 * Pieces of work of several runs, such as demos and experiments: how far each is, kept in a folder of the home. Other
 * processes keep theirs in the same folder.
 */
export class WorkStore<State extends WorkState> {
  readonly #options: WorkStoreOptions<State>;
  readonly #states = new Map<string, State>();
  /** Which version of each file has been read or written here. */
  readonly #versions = new Map<string, string | undefined>();
  /** How to let go of what this process is at work on. */
  readonly #held = new Map<string, () => void>();

  constructor(options: WorkStoreOptions<State>) {
    this.#options = options;
    for (const id of this.#files()) this.#read(id);
  }

  /** Newest first. */
  list(): State[] {
    return [...this.#states.values()].sort((a, b) => b.created.localeCompare(a.created));
  }

  find(id: string): State | undefined {
    return this.#states.get(id);
  }

  /** The other process, alive, that is at work on it, if there is one. */
  workerElsewhere(id: string): ProcessIdentity | undefined {
    const worker = this.#states.get(id)?.worker;
    return worker && this.#isElsewhere(id, worker) ? worker : undefined;
  }

  /** What is queued or running is from here on this process's work. */
  keep(state: State): void {
    const { folder, onChange } = this.#options;
    const kept = { ...state, worker: isAtWork(state) ? processIdentity(process.pid) : null };
    this.#states.set(state.id, kept);
    mkdirSync(folder, { recursive: true });
    writeJson(this.#fileOf(state.id), kept);
    this.#versions.set(state.id, this.#versionOf(state.id));
    this.#hold(state);
    onChange(kept);
  }

  /** Told, not written: after a restart it is found out again. */
  report(state: State): void {
    this.#states.set(state.id, state);
    this.#options.onChange(state);
  }

  forget(id: string): void {
    this.#letGo(id);
    this.#states.delete(id);
    this.#versions.delete(id);
    rmSync(this.#fileOf(id), { force: true });
  }

  /** Finds out what other processes have begun, changed or left, and tells it. */
  refresh(): void {
    for (const id of this.#files()) {
      const before = this.#states.get(id);
      if (before && isAtWork(before) && before.worker?.pid === process.pid) continue;
      const isLeft = before && isAtWork(before) && !this.workerElsewhere(id);
      if (!isLeft && this.#versionOf(id) === this.#versions.get(id)) continue;
      const after = this.#read(id);
      if (after) this.#options.onChange(after);
    }
  }

  #fileOf(id: string): string {
    return join(this.#options.folder, `${id}.json`);
  }

  /** Every writing replaces the file, and keeping it fresh does not. */
  #versionOf(id: string): string | undefined {
    const stats = statSync(this.#fileOf(id), { throwIfNoEntry: false });
    return stats && `${stats.birthtimeMs} ${stats.ino}`;
  }

  #hold(state: State): void {
    if (!isAtWork(state)) return this.#letGo(state.id);
    if (!this.#held.has(state.id)) this.#held.set(state.id, keepFresh(this.#fileOf(state.id)));
  }

  #letGo(id: string): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }

  #isElsewhere(id: string, worker: ProcessIdentity): boolean {
    return worker.pid !== process.pid && isHeld(this.#fileOf(id), worker);
  }

  #files(): string[] {
    const { folder } = this.#options;
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => /^[a-z0-9-]+\.json$/.test(file))
      .map((file) => basename(file, '.json'));
  }

  #read(id: string): State | undefined {
    const { schema, interrupted, onNotice } = this.#options;
    try {
      this.#versions.set(id, this.#versionOf(id));
      const written = readJson(this.#fileOf(id), schema);
      const { worker } = written;
      const isLeft = isAtWork(written) && !(worker && this.#isElsewhere(id, worker));
      const state: State = isLeft
        ? { ...written, status: 'interrupted', message: interrupted, worker: null }
        : written;
      this.#states.set(state.id, state);
      return state;
    } catch (error) {
      onNotice(describeError(error));
      return undefined;
    }
  }
}

const isAtWork = ({ status }: WorkState): boolean => status === 'running' || status === 'queued';
