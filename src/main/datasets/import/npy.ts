import { StudioError } from '../../../shared/errors';

/** One array of a NumPy file, as it lies there: C order, little-endian. */
export interface NpyArray {
  /** NumPy's name of the type, e.g. `|u1`, `<f4`. */
  type: string;
  shape: number[];
  bytes: Uint8Array;
}

const MAGIC = '\x93NUMPY';
const MAXIMUM_HEADER_BYTES = 2 ** 16;

/** Readers of one element, by NumPy's type name. */
const READERS: Record<string, (view: DataView, offset: number) => number> = {
  '|b1': (view, offset) => view.getUint8(offset),
  '|u1': (view, offset) => view.getUint8(offset),
  '|i1': (view, offset) => view.getInt8(offset),
  '<u2': (view, offset) => view.getUint16(offset, true),
  '<i2': (view, offset) => view.getInt16(offset, true),
  '<u4': (view, offset) => view.getUint32(offset, true),
  '<i4': (view, offset) => view.getInt32(offset, true),
  '<u8': (view, offset) => Number(view.getBigUint64(offset, true)),
  '<i8': (view, offset) => Number(view.getBigInt64(offset, true)),
  '<f2': (view, offset) => halfPrecision(view.getUint16(offset, true)),
  '<f4': (view, offset) => view.getFloat32(offset, true),
  '<f8': (view, offset) => view.getFloat64(offset, true),
};

/** Reads the .npy format (versions 1 to 3; numpy.lib.format). `what` names the array in messages. */
export function parseNpy(file: Uint8Array, what: string): NpyArray {
  const refuse = (problem: string): StudioError =>
    new StudioError(`The array ${what} ${problem}: save it again with numpy.savez as plain numbers.`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || latin1(file.subarray(0, 6)) !== MAGIC) throw refuse('is not a NumPy array');
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw refuse(`has the unknown format version ${version}`);
  const [lengthBytes, length] = version === 1 ? [2, view.getUint16(8, true)] : [4, view.getUint32(8, true)];
  const start = 8 + lengthBytes + length;
  if (length > MAXIMUM_HEADER_BYTES || start > file.length) throw refuse('has a damaged header');
  const header = latin1(file.subarray(8 + lengthBytes, start));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || dimensions === undefined) {
    throw refuse('has a header without type, order or shape (structured types cannot be read)');
  }
  if (type.includes('O')) throw refuse('holds Python objects, which could run code when read');
  if (!(type in READERS)) throw refuse(`holds elements of type ${type}, which cannot be read`);
  const shape = dimensions
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (order === 'True' && shape.length > 1) throw refuse('is in Fortran order');
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = file.subarray(start);
  if (bytes.length !== count * elementBytes(type)) {
    throw refuse(
      `has ${bytes.length} bytes where its shape (${shape.join(', ')}) needs ${count * elementBytes(type)}`,
    );
  }
  return { type, shape, bytes };
}

/** Every element as a number (64-bit integers lose what a double cannot hold). */
export function numbersOf({ type, bytes }: NpyArray): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = elementBytes(type);
  const read = READERS[type]!;
  const numbers = new Float64Array(bytes.length / size);
  // In a loop, as pixels are many.
  for (let index = 0; index < numbers.length; index++) numbers[index] = read(view, index * size);
  return numbers;
}

function elementBytes(type: string): number {
  return Number(type.slice(2));
}

/** IEEE 754 binary16, in which DreamerV2 saves its floats. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
