import { existsSync, renameSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { StudioError } from '../../shared/errors';
import { migrations } from './migrations';
import { migrate } from './migrations/migrate';

const busyMilliseconds = 5000;

/**
 * Opens and migrates the database. One that is damaged is renamed, never deleted, and a new one takes its place;
 * `damaged` is then where the old one went.
 */
export function openDatabase(path: string): { database: Database; damaged?: string } {
  try {
    return { database: openChecked(path) };
  } catch (error) {
    if (!isDamage(error)) throw describeDatabaseError(error, path);
  }
  const damaged = setAside(path);
  return { database: openChecked(path), damaged };
}

function openChecked(path: string): Database {
  const database = new BetterSqlite3(path, { timeout: busyMilliseconds });
  try {
    database.pragma('journal_mode = WAL');
    // better-sqlite3 lowers this to NORMAL for WAL, which loses the last commits at a power loss.
    database.pragma('synchronous = FULL');
    database.pragma('checkpoint_fullfsync = ON');
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    const verdict = database.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new DamagedDatabase(String(verdict));
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Lets SQLite tune its statistics, then closes. */
export function closeDatabase(database: Database): void {
  database.pragma('optimize');
  database.close();
}

class DamagedDatabase extends Error {}

function isDamage(error: unknown): boolean {
  if (error instanceof DamagedDatabase) return true;
  return error instanceof BetterSqlite3.SqliteError && isDamageCode(error.code);
}

/** The write-ahead log goes along: applied to the new database it would damage that one too. */
function setAside(path: string): string {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/**
 * Runs a function in a transaction that holds the write lock from its start: a lock that is taken later cannot wait for
 * another process. Throws StudioError for what a user can do something about.
 */
export function inTransaction<T>(database: Database, work: () => T): T {
  try {
    return database.transaction(work).immediate();
  } catch (error) {
    throw describeDatabaseError(error, database.name);
  }
}

function describeDatabaseError(error: unknown, path: string): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error;
  const advice = databaseAdvice(error.code);
  return advice === undefined ? error : new StudioError(`${advice} ${path}`, { cause: error });
}

function databaseAdvice(code: string): string | undefined {
  if (code.startsWith('SQLITE_BUSY'))
    return 'Another DITTO Studio is writing to the registry: wait or close it.';
  if (code.startsWith('SQLITE_FULL'))
    return 'The disk is full: free some space, then try again; no run is lost.';
  if (code.startsWith('SQLITE_READONLY'))
    return 'The registry is read-only: change the permissions of its folder.';
  if (code.startsWith('SQLITE_CANTOPEN'))
    return 'The registry cannot be opened: check the folder and its permissions.';
  if (isDamageCode(code))
    return 'The registry is damaged: start DITTO Studio again, and it rebuilds it from the runs.';
  return undefined;
}

function isDamageCode(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
