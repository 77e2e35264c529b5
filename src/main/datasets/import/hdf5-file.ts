import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { MAXIMUM_FRAME_BYTES, MAXIMUM_STEPS } from '../limits';
import { decodeJpegs, isJpeg } from './jpeg';
import type { NpyArray } from './npy';

/** An array of an HDF5 file. */
export interface Hdf5Entry {
  /** e.g. `/episode_0/actions` */
  path: string;
  shape: number[];
  elementBytes: number;
  /** Each element is a list of its own length: compressed pictures. */
  isRagged: boolean;
}

/** What the thread that reads a file is asked, one at a time. */
export type Hdf5Question = { kind: 'list' } | { kind: 'read'; path: string; from: number; to: number };

/** Rows one after the other in one array, or each of its own length. */
export type Hdf5Answer =
  | { kind: 'list'; arrays: Hdf5Entry[] }
  | { kind: 'rows'; type: string; rows: Uint8Array[] }
  | { kind: 'error'; reason: string };

/** Read at a time, so that what the library holds beside the result stays small. */
const PIECE_BYTES = 2 ** 26;
const MAXIMUM_DECODED_BYTES = 2 ** 32;
const IDLE_MILLISECONDS = 5000;
/** For 64 MiB or the list of all arrays. */
const PATIENCE_MILLISECONDS = 60_000;

/** The thread's program: built beside this file's bundle or one folder up, else the source, as in unit tests. */
function readerProgram(): string {
  const candidates = ['hdf5-reader.js', '../hdf5-reader.js', 'hdf5-reader.ts'];
  return candidates.map((name) => join(import.meta.dirname, name)).find((path) => existsSync(path))!;
}

/** An HDF5 file that a thread of its own reads, which ends when nobody has asked for a while. */
export class Hdf5File {
  readonly #path: string;
  #reader: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** All its arrays. Throws Error with what is wrong. */
  async list(): Promise<Hdf5Entry[]> {
    const answer = await this.#ask({ kind: 'list' });
    return answer.kind === 'list' ? answer.arrays : [];
  }

  /** A whole array as NumPy would have it; compressed pictures, as Minari keeps them, decoded. Throws Error. */
  async read({ path, shape, elementBytes, isRagged }: Hdf5Entry): Promise<NpyArray> {
    const [steps, ...rest] = shape;
    if (steps === undefined) throw new Error(`${path} has no steps`);
    const stepBytes = rest.reduce((product, size) => product * size, elementBytes);
    const isTooLarge = steps > MAXIMUM_STEPS || stepBytes > 8 * MAXIMUM_FRAME_BYTES;
    if (isTooLarge || steps * stepBytes > MAXIMUM_DECODED_BYTES) {
      throw new Error(`${path} claims the shape (${shape.join(', ')})`);
    }
    const rowsAtOnce = isRagged ? 64 : Math.max(1, Math.floor(PIECE_BYTES / Math.max(1, stepBytes)));
    const rows: Uint8Array[] = [];
    let type = '|u1';
    for (let from = 0; from < steps; from += rowsAtOnce) {
      const answer = await this.#ask({ kind: 'read', path, from, to: Math.min(steps, from + rowsAtOnce) });
      if (answer.kind !== 'rows') continue;
      rows.push(...answer.rows);
      type = answer.type;
    }
    if (isRagged) return decodeJpegs(rows);
    const bytes = rows.length === 1 ? rows[0]! : Buffer.concat(rows);
    const elements = rest.reduce((product, size) => product * size, steps);
    if (bytes.length !== elements * Number(type.slice(2))) throw new Error(`${path} is cut off`);
    // Pictures that happen to be compressed to the same size are rows of bytes.
    if (shape.length === 2 && type === '|u1' && isJpeg(bytes)) {
      return decodeJpegs(
        Array.from({ length: steps }, (_, step) => bytes.subarray(step * stepBytes, (step + 1) * stepBytes)),
      );
    }
    return { type, shape, bytes };
  }

  /** One question after the other, as answers do not say to which they are. */
  #ask(question: Hdf5Question): Promise<Hdf5Answer> {
    const answer = this.#last.then(() => this.#exchange(question));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #exchange(question: Hdf5Question): Promise<Hdf5Answer> {
    clearTimeout(this.#idle);
    this.#reader ??= new Worker(readerProgram(), { workerData: this.#path, execArgv: [] });
    try {
      const answer = await answerOf(this.#reader, question);
      if (answer.kind === 'error') throw new Error(answer.reason);
      return answer;
    } catch (error) {
      // After an error nothing of the library is to be trusted.
      this.#end();
      throw error;
    } finally {
      this.#idle = setTimeout(() => this.#end(), IDLE_MILLISECONDS).unref();
    }
  }

  #end(): void {
    void this.#reader?.terminate();
    this.#reader = undefined;
  }
}

/** Rejects where the reader dies, or takes so long that the file has led it around in circles. */
async function answerOf(reader: Worker, question: Hdf5Question): Promise<Hdf5Answer> {
  const over = new AbortController();
  const { signal } = over;
  reader.ref();
  reader.postMessage(question);
  try {
    const [answer] = await Promise.race([
      once(reader, 'message', { signal }) as Promise<[Hdf5Answer]>,
      once(reader, 'exit', { signal }).then(() => Promise.reject(new Error('its reader ended'))),
      delay(PATIENCE_MILLISECONDS, undefined, { signal, ref: false }).then(() =>
        Promise.reject(new Error(`it took longer than ${PATIENCE_MILLISECONDS / 1000} s`)),
      ),
    ]);
    return answer;
  } finally {
    over.abort();
    reader.unref();
  }
}
