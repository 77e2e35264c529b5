import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayMetadata, chunkFileName, rowBytes, type ArraySpecification } from './array-format';
import type { ArrayReader } from './array-reader';
import { encodeChunk } from './chunk-codec';
import { writeAtomically, writeJsonAtomically } from './files';
import { METADATA_FILE } from './metadata';

/** How far an array has grown: its rows, and the bytes of the last chunk when that is only partly filled. */
export interface ArrayExtent {
  rows: number;
  tail: Uint8Array;
}

/**
 * Grows one flat array. Rows are staged first and accepted when the whole episode is safe, so that a write which failed
 * half-way can be repeated.
 */
export class ArrayWriter {
  readonly path: string;
  readonly #specification: ArraySpecification;
  readonly #chunkRows: number;
  #extent: ArrayExtent;

  private constructor(
    path: string,
    specification: ArraySpecification,
    chunkRows: number,
    extent: ArrayExtent,
  ) {
    this.path = path;
    this.#specification = specification;
    this.#chunkRows = chunkRows;
    this.#extent = extent;
  }

  static async create(
    folder: string,
    specification: ArraySpecification,
    chunkRows: number,
  ): Promise<ArrayWriter> {
    const path = join(folder, specification.name);
    await mkdir(path, { recursive: true });
    const writer = new ArrayWriter(path, specification, chunkRows, { rows: 0, tail: new Uint8Array() });
    await writer.#writeMetadata(0);
    return writer;
  }

  /** Continues after `rows`; whatever a killed recording left behind them is overwritten. */
  static async resume(folder: string, reader: ArrayReader, rows: number): Promise<ArrayWriter> {
    const tailRows = rows % reader.chunkRows;
    const tail = await reader.bytes(rows - tailRows, tailRows);
    return new ArrayWriter(join(folder, reader.name), reader.specification, reader.chunkRows, { rows, tail });
  }

  /** Writes the rows' chunks, then the array's new shape. */
  async stage(bytes: Uint8Array): Promise<ArrayExtent> {
    const rowSize = rowBytes(this.#specification);
    const chunkSize = this.#chunkRows * rowSize;
    let { rows, tail } = this.#extent;
    for (let offset = 0; offset < bytes.length;) {
      const index = Math.floor(rows / this.#chunkRows);
      const part = bytes.subarray(offset, offset + chunkSize - tail.length);
      // Zarr stores every chunk whole; the part beyond the shape is padding.
      const chunk = new Uint8Array(chunkSize);
      chunk.set(tail);
      chunk.set(part, tail.length);
      await writeAtomically(
        join(this.path, chunkFileName(this.#specification, index)),
        await encodeChunk(chunk),
      );
      const filled = tail.length + part.length;
      tail = filled === chunkSize ? new Uint8Array() : chunk.subarray(0, filled);
      rows += part.length / rowSize;
      offset += part.length;
    }
    await this.#writeMetadata(rows);
    return { rows, tail };
  }

  accept(extent: ArrayExtent): void {
    this.#extent = extent;
  }

  async #writeMetadata(rows: number): Promise<void> {
    const metadata = arrayMetadata(this.#specification, rows, this.#chunkRows);
    await writeJsonAtomically(join(this.path, METADATA_FILE), metadata);
  }
}
