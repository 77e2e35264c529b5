// A thread that reads one HDF5 file: a damaged file can end the library for good, and with it no more than this thread.
import { Dataset, File, Group, ready } from 'h5wasm/node';
import { parentPort, workerData } from 'node:worker_threads';
import type { Hdf5Answer, Hdf5Entry, Hdf5Question } from './hdf5-file.ts';

/** Deeper, and with more entries, lies no dataset of episodes. */
const mostDepth = 5;
const mostEntries = 4_000_000;

/** NumPy's names of what the library reads into these arrays, in this machine's byte order. */
const types = new Map<unknown, string>([
  [Uint8Array, '|u1'],
  [Int8Array, '|i1'],
  [Uint16Array, '<u2'],
  [Int16Array, '<i2'],
  [Uint32Array, '<u4'],
  [Int32Array, '<i4'],
  [BigUint64Array, '<u8'],
  [BigInt64Array, '<i8'],
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
]);

/** All arrays of a group and of those in it; links that lead out of the file are left out. */
function listArrays(group: Group, prefix: string, depth: number, found: Hdf5Entry[]): Hdf5Entry[] {
  for (const key of group.keys()) {
    if (found.length > mostEntries) throw new Error(`it has more than ${mostEntries} arrays`);
    const entry = group.get(key);
    const path = `${prefix}/${key}`;
    if (entry instanceof Group && depth < mostDepth) listArrays(entry, path, depth + 1, found);
    if (!(entry instanceof Dataset)) continue;
    const { shape, metadata } = entry;
    if ((metadata.virtual_sources?.length ?? 0) > 0) continue;
    found.push({
      path,
      shape: shape ?? [],
      elementBytes: metadata.size,
      isRagged: metadata.vlen_type !== undefined,
    });
  }
  return found;
}

function readRows(file: File, { path, from, to }: Extract<Hdf5Question, { kind: 'read' }>): Hdf5Answer {
  const dataset = file.get(path);
  if (!(dataset instanceof Dataset) || !dataset.shape) throw new Error(`${path} is no array`);
  const rest = dataset.shape.slice(1).map((): [] => []);
  const values: unknown = dataset.slice([[from, to], ...rest]);
  if (Array.isArray(values) && values.every((value) => value instanceof Uint8Array)) {
    return { kind: 'rows', type: '|u1', rows: values.map((value) => Uint8Array.from(value)) };
  }
  const type = types.get((values as object | null)?.constructor);
  if (type === undefined) throw new Error(`${path} has elements of type ${String(dataset.dtype)}`);
  const { buffer, byteOffset, byteLength } = values as Uint8Array;
  return { kind: 'rows', type, rows: [Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))] };
}

/** HDF5 tells its whole stack of functions; the deepest one knows the reason. */
function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return [...text.matchAll(/#\d+: .*\(\): (.+)/g)].at(-1)?.[1] ?? text;
}

// Else the library prints what is wrong with a file.
(await ready).activate_throwing_error_handler();
let file: File | undefined;
parentPort!.on('message', (question: Hdf5Question) => {
  try {
    file ??= new File(String(workerData), 'r');
    const answer: Hdf5Answer =
      question.kind === 'list'
        ? { kind: 'list', arrays: listArrays(file, '', 0, []) }
        : readRows(file, question);
    // Handed over, not copied.
    parentPort!.postMessage(
      answer,
      answer.kind === 'rows' ? answer.rows.map(({ buffer }) => buffer as ArrayBuffer) : [],
    );
  } catch (error) {
    parentPort!.postMessage({ kind: 'error', reason: plainReason(error) } satisfies Hdf5Answer);
  }
});
