import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import type { StoredTensors } from './safetensors';
import { temporaryFolder } from './test-support';

const tensors: StoredTensors = {
  'encoder/kernel': { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-8, 4, Infinity, -0) },
  step: { shape: [], data: Int32Array.of(-2147483648) },
  mask: { shape: [3], data: Uint8Array.of(0, 127, 255) },
  nothing: { shape: [0, 4], data: new Float32Array(0) },
  __proto__x: { shape: [1], data: Float32Array.of(9) },
};

function file(values: StoredTensors): Uint8Array {
  return Buffer.concat(encodeSafetensors(values));
}

/** A file with a header of one's own making. */
function forged(header: string, dataBytes: number): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + dataBytes);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  return bytes;
}

test('what is written is read back', () => {
  const read = decodeSafetensors(file(tensors), 'x');
  expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, tensor] of Object.entries(tensors)) expect(read[name]).toEqual(tensor);
});

test('tensors are views of the file, and copies where its alignment forbids that', () => {
  const bytes = Uint8Array.from(file(tensors));
  const kernel = decodeSafetensors(bytes, 'x')['encoder/kernel']!;
  expect(kernel.data.buffer).toBe(bytes.buffer);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const copy = decodeSafetensors(shifted.subarray(1), 'x')['encoder/kernel']!;
  expect(copy).toEqual(kernel);
});

test('a tensor called __proto__ is only a tensor', () => {
  const header = '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
  const read = decodeSafetensors(forged(header, 1), 'x');
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.keys(read)).toEqual(['__proto__']);
});

test('a shape that is not the number of elements is a mistake of the caller', () => {
  expect(() => file({ a: { shape: [2], data: Float32Array.of(1) } })).toThrow(RangeError);
});

describe('files that are not sound are refused by name', () => {
  const one = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const cases: Record<string, Uint8Array> = {
    'shorter than a length': Uint8Array.of(1, 2, 3),
    'header longer than the file': forged(`{${one}}`, 4).subarray(0, 20),
    'header length beyond every bound': Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(100)]),
    'not JSON': forged('{"a":', 0),
    'not an object': forged('[1]', 0),
    'entry that is null': forged('{"a":null}', 0),
    'unknown type': forged('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', 8),
    'negative size': forged('{"a":{"dtype":"U8","shape":[-1,-4],"data_offsets":[0,4]}}', 4),
    'size beyond the integers': forged('{"a":{"dtype":"U8","shape":[1e200,0],"data_offsets":[0,0]}}', 0),
    'offsets beyond the file': forged(`{${one}}`, 3),
    'offsets that disagree with the shape': forged(
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
      4,
    ),
    'data that no tensor owns': forged(`{${one}}`, 5),
    'a hole': forged(`{${one},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}`, 6),
    overlap: forged(`{${one},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
    'one name twice': forged(`{${one},${one}}`, 4),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    test(name, () => {
      const read = (): unknown => decodeSafetensors(bytes, 'parameters.safetensors');
      expect(read).toThrow(StudioError);
      expect(read).toThrow(/^parameters\.safetensors is not a sound safetensors file/);
    });
  }
});

const python = process.env['DITTO_PYTHON'] ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import safetensors.numpy']).status === 0;

test.skipIf(!hasPython)('Python reads it with its own safetensors, and its file is read here', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ours.safetensors'), file(tensors));
  const script = `
import json, sys
from safetensors.numpy import load_file, save_file
ours = load_file('ours.safetensors')
print(json.dumps({name: [str(a.dtype), list(a.shape), [float(x) for x in a.flatten()]] for name, a in ours.items()}))
save_file(ours, 'theirs.safetensors', metadata={'format': 'np'})
`;
  const printed = execFileSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' });
  const seen = JSON.parse(printed.replaceAll('Infinity', '1e999')) as Record<string, unknown>;
  expect(seen['encoder/kernel']).toEqual(['float32', [2, 3], [1, -2.5, Math.fround(3e-8), 4, Infinity, -0]]);
  expect(seen['step']).toEqual(['int32', [], [-2147483648]]);
  expect(seen['mask']).toEqual(['uint8', [3], [0, 127, 255]]);
  const theirs = execFileSync('cat', ['theirs.safetensors'], { cwd: folder });
  expect(decodeSafetensors(theirs, 'theirs')).toEqual(decodeSafetensors(file(tensors), 'ours'));
});
