import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { describeError } from '../../shared/errors';
import type { RunStatus } from '../../shared/runs';
import { readJson, writeJson } from '../trainer/files';

interface WorkState {
  readonly id: string;
  readonly created: string;
  readonly status: RunStatus;
  readonly message: string;
}

interface WorkStoreOptions<State> {
  /** Each is a file `<id>.json` in it. */
  readonly folder: string;
  readonly schema: z.ZodType<State>;
  /** What to say of one that was at work when its process ended. */
  readonly interrupted: string;
  readonly onChange: (state: State) => void;
  readonly onNotice: (text: string) => void;
}

/** Pieces of work of several runs, such as demos and experiments: how far each is, kept in a folder of the home. */
export class WorkStore<State extends WorkState> {
  readonly #options: WorkStoreOptions<State>;
  readonly #states = new Map<string, State>();

  constructor(options: WorkStoreOptions<State>) {
    this.#options = options;
    const { folder, schema, interrupted, onNotice } = options;
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).filter((file) => /^[a-z0-9-]+\.json$/.test(file))) {
      try {
        const state = readJson(join(folder, name), schema);
        // Whoever ran it is gone: this process has just started.
        const isLost = state.status === 'running' || state.status === 'queued';
        this.#states.set(
          state.id,
          isLost ? { ...state, status: 'interrupted', message: interrupted } : state,
        );
      } catch (error) {
        onNotice(describeError(error));
      }
    }
  }

  /** Newest first. */
  list(): State[] {
    return [...this.#states.values()].sort((a, b) => b.created.localeCompare(a.created));
  }

  find(id: string): State | undefined {
    return this.#states.get(id);
  }

  keep(state: State): void {
    const { folder, onChange } = this.#options;
    this.#states.set(state.id, state);
    mkdirSync(folder, { recursive: true });
    writeJson(join(folder, `${state.id}.json`), state);
    onChange(state);
  }

  /** Told, not written: after a restart it is found out again. */
  report(state: State): void {
    this.#states.set(state.id, state);
    this.#options.onChange(state);
  }

  forget(id: string): void {
    this.#states.delete(id);
    rmSync(join(this.#options.folder, `${id}.json`), { force: true });
  }
}
