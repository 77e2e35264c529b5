import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { temporaryFolder } from '../trainer/test-support';
import { closeDatabase, inTransaction, openDatabase } from './database';
import { migrations } from './migrations';
import { migrate, userVersion } from './migrations/migrate';
import type { Migration } from './migrations/migrate';

function memory(): Database {
  const database = new BetterSqlite3(':memory:');
  onTestFinished(() => void database.close());
  return database;
}

function tables(database: Database): unknown[] {
  return database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
}

test('versions count up from 1 without a gap', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

test('a database of the first version is brought to the newest and keeps its rows', () => {
  const database = memory();
  migrate(database, migrations.slice(0, 1));
  expect(tables(database)).not.toContain('datasets');
  database.exec(
    `INSERT INTO runs VALUES ('a', 'agent', 'A', 'now', 1, NULL, 'e', '{}', 'queued', 0, 9, '', 'now', NULL)`,
  );
  migrate(database, migrations);
  migrate(database, migrations);
  expect(userVersion(database)).toBe(migrations.length);
  expect(tables(database)).toEqual([
    'artifacts',
    'checkpoints',
    'datasets',
    'metric_buckets',
    'metric_files',
    'metric_series',
    'metrics',
    'runs',
  ]);
  expect(database.prepare('SELECT id FROM runs').pluck().all()).toEqual(['a']);
});

test('a migration that fails leaves the version before it', () => {
  const database = memory();
  const broken: Migration = {
    version: migrations.length + 1,
    name: 'broken',
    up: (target) => target.exec('CREATE TABLE half (a); CREATE TABLE half (a);'),
  };
  expect(() => migrate(database, [...migrations, broken])).toThrow(/already exists/);
  expect(userVersion(database)).toBe(migrations.length);
  expect(tables(database)).not.toContain('half');
});

test('a database of a newer studio is refused and left alone', () => {
  const path = join(temporaryFolder(), 'registry.sqlite');
  const newer = openDatabase(path).database;
  newer.pragma('user_version = 99');
  newer.close();
  expect(() => openDatabase(path)).toThrow(StudioError);
  expect(() => openDatabase(path)).toThrow(/newer DITTO Studio \(version 99/);
  expect(existsSync(path)).toBe(true);
});

test('commits are flushed, and references hold', () => {
  const { database } = openDatabase(join(temporaryFolder(), 'registry.sqlite'));
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('synchronous', { simple: true })).toBe(2);
  const orphan = database.prepare("INSERT INTO metric_series (run_id, name) VALUES ('nobody', 'loss')");
  expect(() => orphan.run()).toThrow(/FOREIGN KEY/);
  closeDatabase(database);
});

test('a file that is no database is put aside', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'registry.sqlite');
  writeFileSync(path, 'not a database at all '.repeat(500));
  const { database, damaged } = openDatabase(path);
  expect(readFileSync(damaged!, 'utf8')).toMatch(/^not a database/);
  expect(userVersion(database)).toBe(migrations.length);
  closeDatabase(database);
});

test('the log of a damaged database does not reach the new one', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'registry.sqlite');
  const killed = openDatabase(join(folder, 'killed.sqlite')).database;
  killed.pragma('wal_checkpoint(TRUNCATE)');
  killed.exec('CREATE TABLE in_the_log (a)');
  // As a kill leaves them: the log not yet in the database.
  for (const suffix of ['', '-wal']) copyFileSync(join(folder, 'killed.sqlite') + suffix, path + suffix);
  closeDatabase(killed);
  writeFileSync(path, readFileSync(path).fill(0x5a, 4096));
  const { database, damaged } = openDatabase(path);
  expect(existsSync(damaged!)).toBe(true);
  expect(tables(database)).not.toContain('in_the_log');
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  closeDatabase(database);
});

test('a database that another process holds is named in one sentence', () => {
  const path = join(temporaryFolder(), 'registry.sqlite');
  const { database } = openDatabase(path);
  const other = new BetterSqlite3(path, { timeout: 1 });
  database.pragma('busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  expect(() => inTransaction(database, () => {})).toThrow(/^Another DITTO Studio is writing to the registry/);
  other.exec('ROLLBACK');
  other.close();
  closeDatabase(database);
});
