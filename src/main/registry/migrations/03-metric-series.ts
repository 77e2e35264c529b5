import type { Migration } from './migrate';

/**
 * Metrics by the number of their series, which makes a row a third as long, and in buckets of 4^level steps each, so
 * that a curve of any length is read at the resolution at which it is drawn. The rows are read again from the runs'
 * folders: an older `updated` than any folder's makes the registry look into each.
 */
export const metricSeries: Migration = {
  version: 3,
  name: 'metric-series',
  up: (database) =>
    database.exec(`
      DROP TABLE metrics;
      DELETE FROM metric_files;
      UPDATE runs SET updated = '1970-01-01T00:00:00.000Z';

      CREATE TABLE metric_series (
        id INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        name TEXT NOT NULL,
        UNIQUE (run_id, name)
      ) STRICT;

      CREATE TABLE metrics (
        series INTEGER NOT NULL REFERENCES metric_series ON DELETE CASCADE,
        step INTEGER NOT NULL,
        value REAL,
        PRIMARY KEY (series, step)
      ) STRICT, WITHOUT ROWID;

      -- Over the finite values of the steps from bucket * 4^level on; count is 0 where there is none.
      CREATE TABLE metric_buckets (
        series INTEGER NOT NULL REFERENCES metric_series ON DELETE CASCADE,
        level INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        first_step INTEGER NOT NULL,
        last_step INTEGER NOT NULL,
        count INTEGER NOT NULL,
        sum REAL NOT NULL,
        minimum REAL,
        minimum_step INTEGER,
        maximum REAL,
        maximum_step INTEGER,
        PRIMARY KEY (series, level, bucket)
      ) STRICT, WITHOUT ROWID;
    `),
};
