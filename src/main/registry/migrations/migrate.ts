import type { Database } from 'better-sqlite3';
import { StudioError } from '../../../shared/errors';

export interface Migration {
  /** The `user_version` that the database has afterwards. */
  readonly version: number;
  readonly name: string;
  up(database: Database): void;
}

/**
 * Brings a database to the newest version, each migration in a transaction that also sets `user_version`, so that one
 * that fails or is killed leaves the version before it. Throws StudioError for a database of a newer studio.
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const found = userVersion(database);
  if (found > newest) {
    throw new StudioError(
      `${database.name} was written by a newer DITTO Studio (version ${found}, this one knows ${newest}): ` +
        `update DITTO Studio, or choose another folder with --home.`,
    );
  }
  for (const migration of migrations) {
    const apply = database.transaction(() => {
      // Asked inside the transaction: another process may have migrated while this one waited for the lock.
      if (userVersion(database) >= migration.version) return;
      migration.up(database);
      database.pragma(`user_version = ${migration.version}`);
    });
    apply.immediate();
  }
}

export function userVersion(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}
