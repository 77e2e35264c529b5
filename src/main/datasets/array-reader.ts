import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Array as ZarrArray, type AsyncReadable, type DataType } from 'zarrita';
import { StudioError } from '../../shared/errors';
import {
  arrayMetadataSchema,
  chunkFileName,
  rowBytes,
  type ArrayMetadata,
  type ArrayName,
  type ArraySpecification,
} from './array-format';
import { maximumEncodedBytes } from './chunk-codec';
import { readBounded } from './files';
import { METADATA_FILE, parseMetadata, readMetadataFile } from './metadata';

/** Reads one flat array of a dataset, chunk by chunk. */
export class ArrayReader {
  readonly specification: ArraySpecification;
  /** Rows that the array claims to have; only those which the episode ends cover are trusted. */
  readonly rows: number;
  readonly rowBytes: number;
  readonly chunkRows: number;
  readonly #array: ZarrArray<DataType, AsyncReadable>;
  readonly #folder: string;
  readonly #dataset: string;

  private constructor(
    dataset: string,
    folder: string,
    specification: ArraySpecification,
    metadata: ArrayMetadata,
  ) {
    this.specification = specification;
    this.rows = metadata.shape[0]!;
    this.rowBytes = rowBytes(specification);
    this.chunkRows = metadata.chunk_grid.configuration.chunk_shape[0]!;
    this.#folder = folder;
    this.#dataset = dataset;
    const limit = maximumEncodedBytes(this.chunkRows * this.rowBytes);
    // zarrita fills absent chunks with zeros; ours are always written, so an absent one is lost data.
    const store: AsyncReadable = {
      get: async (key) => {
        const bytes = await readBounded(join(folder, basename(key)), limit);
        if (!bytes) throw new Error('the file is missing');
        return bytes;
      },
    };
    const { dimension_names: names, ...rest } = metadata;
    this.#array = new ZarrArray<DataType, AsyncReadable>(store, '/', {
      ...rest,
      ...(names && { dimension_names: names }),
    });
  }

  /** `dataset` is the name for messages. */
  static async open(
    dataset: string,
    folder: string,
    specification: ArraySpecification,
  ): Promise<ArrayReader> {
    const arrayFolder = join(folder, specification.name);
    const path = join(arrayFolder, METADATA_FILE);
    const what = `array ${specification.name} of dataset "${dataset}"`;
    const actual = await realpath(arrayFolder).catch(() => undefined);
    if (actual !== undefined && actual !== join(await realpath(folder), specification.name)) {
      throw new StudioError(
        `The ${what} is a link out of the dataset: copy the real folder into its place. ${arrayFolder}`,
      );
    }
    const json = await readMetadataFile(path, what);
    if (json === undefined) {
      throw new StudioError(
        `The header of ${what} is missing: restore it from a backup or record it again. ${path}`,
      );
    }
    const metadata = parseMetadata(arrayMetadataSchema, json, what, path);
    const rank = specification.rowShape.length + 1;
    const { chunk_shape: chunkShape } = metadata.chunk_grid.configuration;
    const fits = (shape: readonly number[]): boolean =>
      shape.length === rank && specification.rowShape.every((size, axis) => shape[axis + 1] === size);
    if (!fits(metadata.shape) || !fits(chunkShape) || metadata.data_type !== specification.elementType) {
      const expected = `${specification.elementType} [rows${specification.rowShape.map((size) => `, ${size}`).join('')}]`;
      throw new StudioError(
        `The ${what} is ${metadata.data_type} [${metadata.shape.join(', ')}] in chunks of [${chunkShape.join(', ')}] where ${expected} is expected: restore it from a backup or record it again. ${path}`,
      );
    }
    return new ArrayReader(dataset, arrayFolder, specification, metadata);
  }

  get name(): ArrayName {
    return this.specification.name;
  }

  /** The decoded bytes of one whole chunk, little-endian (as every machine that Node 24 runs on). */
  async chunk(index: number): Promise<Uint8Array> {
    try {
      const { data } = await this.#array.getChunk([index, ...this.specification.rowShape.map(() => 0)]);
      const view = data as Pick<Uint8Array, 'buffer' | 'byteOffset' | 'byteLength'>;
      return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    } catch (cause) {
      const file = chunkFileName(this.specification, index);
      throw new StudioError(
        `Chunk ${file} of array ${this.name} in dataset "${this.#dataset}" is damaged (${rootMessage(cause)}): restore this file from a backup or record the dataset again. ${join(this.#folder, file)}`,
        { cause },
      );
    }
  }

  /** Rows `start` to `start + count` as bytes. */
  async bytes(start: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    const target = new Uint8Array(count * this.rowBytes);
    await this.copy(start, count, target, 0, (index) => this.chunk(index));
    return target;
  }

  /** Copies rows into `target` at byte `offset`; `load` gives a decoded chunk, from a cache or from the disk. */
  async copy(
    start: number,
    count: number,
    target: Uint8Array,
    offset: number,
    load: (index: number) => Promise<Uint8Array>,
  ): Promise<void> {
    const end = start + count;
    for (let row = start; row < end;) {
      const index = Math.floor(row / this.chunkRows);
      const first = row - index * this.chunkRows;
      const rows = Math.min(end - row, this.chunkRows - first);
      const chunk = await load(index);
      target.set(chunk.subarray(first * this.rowBytes, (first + rows) * this.rowBytes), offset);
      offset += rows * this.rowBytes;
      row += rows;
    }
  }
}

/** The innermost cause, where the codec says what is wrong. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
