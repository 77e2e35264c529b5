import type { Migration } from './migrate';

/** Runs and what belongs to them. `description` is run.json, word for word. */
export const runs: Migration = {
  version: 1,
  name: 'runs',
  up: (database) =>
    database.exec(`
      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        created TEXT NOT NULL,
        seed INTEGER NOT NULL,
        preset TEXT,
        engine TEXT NOT NULL,
        description TEXT NOT NULL,
        status TEXT NOT NULL,
        step INTEGER NOT NULL,
        total_steps INTEGER NOT NULL,
        message TEXT NOT NULL,
        updated TEXT NOT NULL,
        summary TEXT
      ) STRICT;
      CREATE INDEX runs_by_creation ON runs (created, id);

      CREATE TABLE metrics (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        name TEXT NOT NULL,
        step INTEGER NOT NULL,
        value REAL,
        PRIMARY KEY (run_id, name, step)
      ) STRICT, WITHOUT ROWID;

      -- How much of metrics.jsonl is in the table above, and a fingerprint of the bytes before that point.
      CREATE TABLE metric_files (
        run_id TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
        bytes INTEGER NOT NULL,
        fingerprint TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE artifacts (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        path TEXT NOT NULL,
        kind TEXT NOT NULL,
        created TEXT NOT NULL,
        sha256 TEXT,
        PRIMARY KEY (run_id, path)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE checkpoints (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        created TEXT NOT NULL,
        score REAL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (run_id, step)
      ) STRICT, WITHOUT ROWID;
    `),
};
