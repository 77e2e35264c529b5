import type { Migration } from './migrate';

/** Datasets, by what their own header says; `folder` is relative to the studio's home. */
export const datasets: Migration = {
  version: 2,
  name: 'datasets',
  up: (database) =>
    database.exec(`
      CREATE TABLE datasets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        environment TEXT NOT NULL,
        episodes INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        folder TEXT NOT NULL,
        created TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `),
};
