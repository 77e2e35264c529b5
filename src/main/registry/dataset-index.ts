import type { Database } from 'better-sqlite3';
import type { DatasetRecord } from '../../shared/runs';

const columns = 'id, name, environment, episodes, steps, content_hash AS contentHash, folder, created';

/** Datasets in the database; the caller holds the transaction. */
export class DatasetIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  upsert(dataset: DatasetRecord): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO datasets (id, name, environment, episodes, steps, content_hash, folder, created)
         VALUES (@id, @name, @environment, @episodes, @steps, @contentHash, @folder, @created)`,
      )
      .run(dataset);
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM datasets WHERE id = ?').run(id);
  }

  get(id: string): DatasetRecord | undefined {
    return this.#database
      .prepare<[string], DatasetRecord>(`SELECT ${columns} FROM datasets WHERE id = ?`)
      .get(id);
  }

  /** Newest first. */
  list(): DatasetRecord[] {
    return this.#database
      .prepare<[], DatasetRecord>(`SELECT ${columns} FROM datasets ORDER BY created DESC, id DESC`)
      .all();
  }
}
