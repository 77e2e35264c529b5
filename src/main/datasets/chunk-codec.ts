import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { registry } from 'zarrita';
import { ELEMENT_BYTES, type ElementType } from './array-format';
import { crc32c } from './crc32c';

export const CODEC_NAME = 'zstd+crc32c';

const CHECKSUM_BYTES = 4;
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Upper bound of an encoded chunk's file (zstd's own worst case is about 1/256 more than its input). */
export function maximumEncodedBytes(decodedBytes: number): number {
  return decodedBytes + (decodedBytes >>> 7) + 1024;
}

/** Encodes one whole chunk, off the main thread. */
export async function encodeChunk(chunk: Uint8Array): Promise<Uint8Array> {
  const compressed = await compress(chunk, {
    params: { [constants.ZSTD_c_compressionLevel]: 3 },
    // Writes the content size into the frame, which some decoders need.
    pledgedSrcSize: chunk.length,
  });
  const encoded = new Uint8Array(compressed.length + CHECKSUM_BYTES);
  encoded.set(compressed);
  new DataView(encoded.buffer).setUint32(compressed.length, crc32c(compressed), true);
  return encoded;
}

function checkedPayload(encoded: Uint8Array): Uint8Array {
  const length = encoded.length - CHECKSUM_BYTES;
  if (length < 0) throw new Error('the file is too short');
  const stored = new DataView(encoded.buffer, encoded.byteOffset + length).getUint32(0, true);
  const payload = encoded.subarray(0, length);
  if (crc32c(payload) !== stored) throw new Error('its checksum does not match');
  return payload;
}

async function decompressChunk(payload: Uint8Array, decodedBytes: number): Promise<Uint8Array> {
  const decoded = await decompress(payload, {
    maxOutputLength: decodedBytes,
    chunkSize: Math.max(64, decodedBytes),
  });
  if (decoded.length !== decodedBytes)
    throw new Error(`it holds ${decoded.length} bytes, not ${decodedBytes}`);
  return decoded;
}

function unused(): never {
  throw new Error('chunks are encoded with encodeChunk');
}

// zarrita's own crc32c skips the check, and its zstd is WebAssembly on the calling thread without a bound on the output.
registry.set('crc32c', () =>
  Promise.resolve({
    fromConfig: () => ({ kind: 'bytes_to_bytes' as const, encode: unused, decode: checkedPayload }),
  }),
);
registry.set('zstd', () =>
  Promise.resolve({
    fromConfig: (_configuration: unknown, chunk: { dataType: string; shape: number[] }) => {
      // Imported arrays may have types that ours do not: their names end in their bits.
      const elementBytes =
        ELEMENT_BYTES[chunk.dataType as ElementType] ?? Number(/\d+$/.exec(chunk.dataType)?.[0]) / 8;
      const decodedBytes = chunk.shape.reduce((a, b) => a * b, elementBytes);
      return {
        kind: 'bytes_to_bytes' as const,
        encode: unused,
        decode: (payload: Uint8Array) => decompressChunk(payload, decodedBytes),
      };
    },
  }),
);
