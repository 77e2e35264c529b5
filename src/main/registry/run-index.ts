import type { Database } from 'better-sqlite3';
import { runDescriptionSchema, runStateSchema } from '../../shared/runs';
import type {
  Artifact,
  CheckpointRecord,
  RunDescription,
  RunKind,
  RunRecord,
  RunState,
  RunStatus,
} from '../../shared/runs';

export interface RunFilter {
  readonly kind?: RunKind;
  readonly status?: RunStatus;
  readonly limit?: number;
}

interface RunRow {
  description: string;
  status: string;
  step: number;
  total_steps: number;
  message: string;
  updated: string;
  summary: string | null;
}

const stateColumns = 'status, step, total_steps, message, updated, summary';

/** Runs, their checkpoints and their artifacts in the database; the caller holds the transaction. */
export class RunIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  upsert(run: RunDescription, state: RunState): void {
    // An upsert, not a replacement: that would delete the run's metrics with the old row.
    this.#database
      .prepare(
        `INSERT INTO runs (id, kind, name, created, seed, preset, engine, description, ${stateColumns})
         VALUES (@id, @kind, @name, @created, @seed, @preset, @engine, @description,
                 @status, @step, @totalSteps, @message, @updated, @summary)
         ON CONFLICT (id) DO UPDATE SET
           kind = excluded.kind, name = excluded.name, created = excluded.created, seed = excluded.seed,
           preset = excluded.preset, engine = excluded.engine, description = excluded.description,
           status = excluded.status, step = excluded.step, total_steps = excluded.total_steps,
           message = excluded.message, updated = excluded.updated, summary = excluded.summary`,
      )
      .run({ ...run, ...state, description: JSON.stringify(run), summary: summaryText(state) });
  }

  /** Returns whether there was such a run. */
  setState(runId: string, state: RunState): boolean {
    const { changes } = this.#database
      .prepare(
        `UPDATE runs SET status = @status, step = @step, total_steps = @totalSteps, message = @message,
           updated = @updated, summary = @summary WHERE id = @runId`,
      )
      .run({ ...state, runId, summary: summaryText(state) });
    return changes > 0;
  }

  remove(runId: string): void {
    this.#database.prepare('DELETE FROM runs WHERE id = ?').run(runId);
  }

  get(runId: string): RunRecord | undefined {
    const row = this.#database
      .prepare<[string], RunRow>(`SELECT description, ${stateColumns} FROM runs WHERE id = ?`)
      .get(runId);
    return row && toRecord(row);
  }

  /** Newest first. */
  list({ kind, status, limit }: RunFilter): RunRecord[] {
    return this.#database
      .prepare<[object], RunRow>(
        `SELECT description, ${stateColumns} FROM runs
         WHERE (@kind IS NULL OR kind = @kind) AND (@status IS NULL OR status = @status)
         ORDER BY created DESC, id DESC LIMIT @limit`,
      )
      .all({ kind: kind ?? null, status: status ?? null, limit: limit ?? -1 })
      .map(toRecord);
  }

  /** When each run's status last changed, as far as the database knows. */
  updates(): Map<string, string> {
    const rows = this.#database
      .prepare<[], { id: string; updated: string }>('SELECT id, updated FROM runs')
      .all();
    return new Map(rows.map(({ id, updated }) => [id, updated]));
  }

  setArtifacts(runId: string, artifacts: readonly Artifact[]): void {
    this.#database.prepare('DELETE FROM artifacts WHERE run_id = ?').run(runId);
    const insert = this.#database.prepare(
      'INSERT INTO artifacts (run_id, path, kind, created, sha256) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { path, kind, created, sha256 } of artifacts)
      insert.run(runId, path, kind, created, sha256 ?? null);
  }

  artifacts(runId: string): Artifact[] {
    return this.#database
      .prepare<[string], Omit<Artifact, 'sha256'> & { sha256: string | null }>(
        'SELECT kind, path, created, sha256 FROM artifacts WHERE run_id = ? ORDER BY created, path',
      )
      .all(runId)
      .map(({ sha256, ...artifact }) => (sha256 === null ? artifact : { ...artifact, sha256 }));
  }

  setCheckpoints(runId: string, checkpoints: readonly CheckpointRecord[]): void {
    this.#database.prepare('DELETE FROM checkpoints WHERE run_id = ?').run(runId);
    const insert = this.#database.prepare(
      'INSERT INTO checkpoints (run_id, step, created, score, bytes) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { step, created, score, bytes } of checkpoints) insert.run(runId, step, created, score, bytes);
  }

  checkpoints(runId: string): CheckpointRecord[] {
    return this.#database
      .prepare<[string], CheckpointRecord>(
        'SELECT step, created, score, bytes FROM checkpoints WHERE run_id = ? ORDER BY step',
      )
      .all(runId);
  }
}

function summaryText(state: RunState): string | null {
  return state.summary === undefined ? null : JSON.stringify(state.summary);
}

function toRecord(row: RunRow): RunRecord {
  const description = runDescriptionSchema.parse(JSON.parse(row.description));
  const { status, step, total_steps: totalSteps, message, updated } = row;
  const summary = row.summary === null ? {} : { summary: JSON.parse(row.summary) as unknown };
  return {
    ...description,
    state: runStateSchema.parse({ status, step, totalSteps, message, updated, ...summary }),
  };
}
