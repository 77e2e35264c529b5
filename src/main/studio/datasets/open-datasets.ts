import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Dataset } from '../../datasets/dataset';
import { METADATA_FILE } from '../../datasets/metadata';

/** Enough for playing an episode without decoding a chunk twice. */
const cacheBytes = 64 * 2 ** 20;
const capacity = 4;

interface Opened {
  changed: number;
  dataset: Promise<Dataset>;
}

/** The datasets that pages look at: a player asks for frame after frame, and opening reads all actions and rewards. */
export class OpenDatasets {
  /** In order of use: a Map iterates in insertion order. */
  readonly #opened = new Map<string, Opened>();

  /** As it is now: one that has been recorded into is opened again. */
  async get(folder: string): Promise<Dataset> {
    // Written with every episode; where there is none, opening says what is wrong.
    const changed = (await stat(join(folder, METADATA_FILE)).catch(() => undefined))?.mtimeMs ?? 0;
    let opened = this.#opened.get(folder);
    this.#opened.delete(folder);
    if (opened?.changed !== changed) {
      opened = { changed, dataset: Dataset.open(folder, { cacheBytes }) };
      opened.dataset.catch(() => this.#opened.delete(folder));
    }
    this.#opened.set(folder, opened);
    if (this.#opened.size > capacity) this.#opened.delete(this.#opened.keys().next().value!);
    return opened.dataset;
  }

  forget(folder: string): void {
    this.#opened.delete(folder);
  }
}
