import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { unzip, type Unzipped, type UnzipFileInfo } from 'fflate';
import { StudioError } from '../../../shared/errors';
import { readBounded } from '../files';
import { zipChecksums } from './zip-checksums';
import { parseNpy, type NpyArray } from './npy';

/** An episode of 100,000 frames of 64x64x3 is 1.2 GB; what one file holds must fit in memory. */
const MAXIMUM_FILE_BYTES = 2 ** 30;
const MAXIMUM_DECODED_BYTES = 2 ** 31 - 2 ** 16;

export interface NpzFile {
  arrays: Map<string, NpyArray>;
  /** Hexadecimal SHA-256 of the file. */
  hash: string;
}

/**
 * Reads the wanted arrays of an .npz file. The sizes that the archive claims are checked before anything is inflated,
 * and nothing is inflated beyond them.
 */
export async function readNpz(path: string, wanted: (key: string) => boolean): Promise<NpzFile> {
  const file = await readFile(path);
  const name = basename(path);
  let decodedBytes = 0;
  const readEntries = async (): Promise<Unzipped> => {
    const checksums = zipChecksums(file);
    const found = await inflated(file, filter);
    for (const [entry, bytes] of Object.entries(found)) {
      if (crc32(bytes) !== checksums.get(entry)) throw new Error(`the checksum of ${entry} does not match`);
    }
    return found;
  };
  const filter = ({ name: entry, originalSize, compression }: UnzipFileInfo): boolean => {
    if (!entry.endsWith('.npy') || !wanted(keyOf(entry))) return false;
    if (compression !== 0 && compression !== 8) throw new Error(`it is packed with method ${compression}`);
    decodedBytes += originalSize;
    if (decodedBytes > MAXIMUM_DECODED_BYTES) {
      throw new Error(`its arrays are larger than ${MAXIMUM_DECODED_BYTES} bytes`);
    }
    return true;
  };
  const entries = await readEntries().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      `The file ${name} is not an .npz archive that can be read (${reason}): save it again with numpy.savez_compressed, one episode a file. ${path}`,
      { cause },
    );
  });
  const arrays = Object.entries(entries).map(([entry, bytes]): [string, NpyArray] => [
    keyOf(entry),
    parseNpy(bytes, `"${keyOf(entry)}" of ${name}`),
  ]);
  return { arrays: new Map(arrays), hash: createHash('sha256').update(file).digest('hex') };
}

async function readFile(path: string): Promise<Uint8Array> {
  const file = await readBounded(path, MAXIMUM_FILE_BYTES).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(`The file ${basename(path)} cannot be read (${reason}): choose another. ${path}`, {
      cause,
    });
  });
  if (file) return file;
  throw new StudioError(`There is no file at this path: check it. ${path}`);
}

/** Large arrays are inflated in a thread of their own. */
function inflated(file: Uint8Array, filter: (info: UnzipFileInfo) => boolean): Promise<Unzipped> {
  return new Promise((resolve, reject) => {
    unzip(file, { filter }, (error, entries) => (error ? reject(error) : resolve(entries)));
  });
}

function keyOf(entry: string): string {
  return entry.replace(/\.npy$/, '');
}
