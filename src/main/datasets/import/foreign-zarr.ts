import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { get, open, root, slice, type Array as ZarrArray, type AsyncReadable, type DataType } from 'zarrita';
import { readBounded } from '../files';
import { MAXIMUM_STEPS } from '../limits';
import type { NpyArray } from './npy';

/** Others choose larger chunks than we do. */
const MAXIMUM_FILE_BYTES = 2 ** 29;
const MAXIMUM_CHUNK_ELEMENTS = 2 ** 28;

/** An array of another program's, Zarr version 2 or 3, with any codec that zarrita knows. */
export type ForeignArray = ZarrArray<DataType, AsyncReadable>;

export function isZarrArray(folder: string): boolean {
  return ['.zarray', 'zarr.json'].some((header) => existsSync(join(folder, header)));
}

/** Opens the array `inner` of a Zarr folder; throws Error with what is wrong. */
export async function openForeignArray(folder: string, inner: string): Promise<ForeignArray> {
  const store: AsyncReadable = { get: (key) => readBounded(join(folder, key), MAXIMUM_FILE_BYTES) };
  const array = await open(root(store).resolve(inner), { kind: 'array' });
  const chunkElements = array.chunks.reduce((product, size) => product * size, 1);
  if (chunkElements > MAXIMUM_CHUNK_ELEMENTS || array.shape[0]! > MAXIMUM_STEPS) {
    throw new Error(`the array ${inner} or its chunks are too large`);
  }
  return array;
}

const NUMPY_TYPES: Record<string, string> = {
  bool: '|b1',
  uint8: '|u1',
  int8: '|i1',
  uint16: '<u2',
  int16: '<i2',
  uint32: '<u4',
  int32: '<i4',
  uint64: '<u8',
  int64: '<i8',
  float32: '<f4',
  float64: '<f8',
};

/** Rows `start` to `end` of an array, in the form that the .npz import has. */
export async function readRows(array: ForeignArray, start: number, end: number): Promise<NpyArray> {
  const type = NUMPY_TYPES[array.dtype];
  if (type === undefined) throw new Error(`an array has elements of type ${array.dtype}`);
  const rest = array.shape.slice(1);
  const { data } = await get(array, [slice(start, end), ...rest.map(() => null)]);
  const view = data as Pick<Uint8Array, 'buffer' | 'byteOffset' | 'byteLength'>;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return { type, shape: [end - start, ...rest], bytes };
}

/** SHA-256 over the names and contents of all files. */
export async function folderHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    const content = await readBounded(path, MAXIMUM_FILE_BYTES);
    hash.update(`${relative(folder, path).replaceAll('\\', '/')}\n`).update(content ?? '');
  }
  return hash.digest('hex');
}
