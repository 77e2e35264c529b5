import { StudioError } from '../../shared/errors';

/** The tensors that checkpoints hold. Row-major, as everywhere. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type StoredTensors = Readonly<Record<string, StoredTensor>>;

interface Entry {
  name: string;
  dtype: 'F32' | 'I32' | 'U8';
  shape: number[];
  begin: number;
  end: number;
}

const elementBytes = { F32: 4, I32: 4, U8: 1 } as const;
const prefixBytes = 8;
/** The format's own bound, against a header that claims to fill the memory. */
const maximumHeaderBytes = 100_000_000;

function dataTypeOf(data: StoredTensor['data']): Entry['dtype'] {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors#format) in pieces that need no copy of the
 * tensors: an 8-byte little-endian header length, a JSON header, the data. The format allows no holes, so alignment comes
 * from the order, as in the reference writer: wide elements first, then by name.
 */
export function encodeSafetensors(tensors: StoredTensors): Uint8Array[] {
  const ordered = Object.entries(tensors).sort(([nameA, a], [nameB, b]) => {
    const wider = b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT;
    return wider !== 0 ? wider : nameA < nameB ? -1 : 1;
  });
  const header: [string, unknown][] = [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of ordered) {
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    if (count !== tensor.data.length) {
      throw new RangeError(
        `Tensor ${name}: shape [${tensor.shape.join(', ')}] is not ${tensor.data.length} elements`,
      );
    }
    const end = offset + tensor.data.byteLength;
    header.push([name, { dtype: dataTypeOf(tensor.data), shape: tensor.shape, data_offsets: [offset, end] }]);
    data.push(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)), 'utf8');
  const paddedLength = Math.ceil(text.length / 8) * 8;
  const head = Buffer.alloc(prefixBytes + paddedLength, ' ');
  head.writeBigUInt64LE(BigInt(paddedLength), 0);
  text.copy(head, prefixBytes);
  return [head, ...data];
}

/**
 * Reads a safetensors file that somebody else may have written. The tensors are views of `bytes` where their alignment
 * allows it. Throws StudioError naming `source`.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): Record<string, StoredTensor> {
  const { entries, dataStart } = readHeader(bytes, source);
  checkContiguous(entries, bytes.byteLength - dataStart, source);
  // fromEntries defines own properties, so that a tensor called __proto__ is only a tensor.
  return Object.fromEntries(
    entries.map((entry) => [
      entry.name,
      {
        shape: entry.shape,
        data: view(bytes, entry.dtype, dataStart + entry.begin, entry.end - entry.begin),
      },
    ]),
  );
}

function readHeader(bytes: Uint8Array, source: string): { entries: Entry[]; dataStart: number } {
  if (bytes.byteLength < prefixBytes) throw damaged(source, 'it is shorter than its header');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, prefixBytes).getBigUint64(0, true));
  if (length > maximumHeaderBytes || length > bytes.byteLength - prefixBytes) {
    throw damaged(source, `its header claims ${length} bytes`);
  }
  const dataStart = prefixBytes + length;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + prefixBytes, length).toString('utf8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw damaged(source, 'its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged(source, 'its header is not a JSON object');
  }
  const fields = Object.entries(header);
  // JSON.parse keeps the last of two equal keys without a word.
  if (countTopLevelKeys(text) !== fields.length) throw damaged(source, 'its header names a tensor twice');
  const entries = fields
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => checkedEntry(name, value, source));
  return { entries, dataStart };
}

function checkedEntry(name: string, value: unknown, source: string): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (dtype !== 'F32' && dtype !== 'I32' && dtype !== 'U8') {
    throw damaged(source, `tensor ${name} has the type ${String(dtype)}, not F32, I32 or U8`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(source, `tensor ${name} has no valid shape and data_offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const byteLength = shape.reduce((product, size) => product * size, elementBytes[dtype]);
  if (end - begin !== byteLength) {
    throw damaged(source, `tensor ${name} of shape [${shape.join(', ')}] has ${end - begin} bytes of data`);
  }
  return { name, dtype, shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The format asks that the tensors cover the data exactly, so that no byte can hide and none is read twice. */
function checkContiguous(entries: readonly Entry[], dataBytes: number, source: string): void {
  const ordered = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of ordered) {
    if (begin !== expected)
      throw damaged(source, `tensor ${name} starts at byte ${begin}, not at ${expected}`);
    expected = end;
  }
  if (expected !== dataBytes) throw damaged(source, `it holds ${dataBytes} bytes of data, not ${expected}`);
}

function view(bytes: Uint8Array, dtype: Entry['dtype'], start: number, length: number): StoredTensor['data'] {
  const width = elementBytes[dtype];
  const inPlace = (bytes.byteOffset + start) % width === 0;
  const source = inPlace
    ? bytes.subarray(start, start + length)
    : Uint8Array.from(bytes.subarray(start, start + length));
  const { buffer, byteOffset } = source;
  if (dtype === 'U8') return new Uint8Array(buffer, byteOffset, length);
  if (dtype === 'I32') return new Int32Array(buffer, byteOffset, length / width);
  return new Float32Array(buffer, byteOffset, length / width);
}

/** Counts the keys of the outermost object of valid JSON: colons at depth 1, outside strings. */
function countTopLevelKeys(json: string): number {
  let depth = 0;
  let keys = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1) keys++;
  }
  return keys;
}

function damaged(source: string, reason: string): StudioError {
  return new StudioError(`${source} is not a sound safetensors file: ${reason}; use another checkpoint.`);
}
