import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './files';

const chunkBytes = 1 << 20;
const newline = 0x0a;

export interface Line {
  text: string;
  /** Byte offset in the file just after this line's newline. */
  end: number;
}

/**
 * The complete lines of a file, from a byte offset on. A last line without its newline is not yielded: its writer is
 * still at it, or was killed.
 */
export function* readLines(path: string, from = 0): Generator<Line> {
  const descriptor = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    let restStart = from;
    for (;;) {
      const count = readSync(descriptor, chunk, 0, chunkBytes, restStart + rest.length);
      if (count === 0) return;
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let start = 0;
      for (;;) {
        const end = bytes.indexOf(newline, start);
        if (end < 0) break;
        yield { text: bytes.toString('utf8', start, end), end: restStart + end + 1 };
        start = end + 1;
      }
      rest = bytes.subarray(start);
      restStart += start;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** An append-only file of lines. After a failed append (a full disk) the file ends with a complete line all the same. */
export class LineAppender {
  /** Length of the file in bytes. */
  length: number;
  readonly #descriptor: number;

  /** Opens or creates the file and cuts off a line that a killed writer left without its newline. */
  constructor(path: string) {
    const created = !existsSync(path);
    this.#descriptor = openSync(path, 'a+');
    if (created) syncFolder(dirname(path));
    this.length = completeLength(this.#descriptor);
    ftruncateSync(this.#descriptor, this.length);
  }

  append(lines: string): void {
    const bytes = Buffer.from(lines, 'utf8');
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.length);
      throw error;
    }
    this.length += bytes.length;
  }

  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Bytes up to and including the last newline. */
function completeLength(descriptor: number): number {
  const chunk = Buffer.alloc(4096);
  let end = fstatSync(descriptor).size;
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    const count = readSync(descriptor, chunk, 0, end - start, start);
    const at = chunk.subarray(0, count).lastIndexOf(newline);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
