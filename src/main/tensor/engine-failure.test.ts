import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { EngineFailure, engineFailure } from './engine-failure';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import type { ProgramDefinition } from './program';

/** A product whose result no machine has the memory for. */
const tooLarge: ProgramDefinition = {
  name: 'too-large',
  state: { count: [] },
  inputs: {
    column: { shape: [4_000_000, 1], type: 'float32' },
    row: { shape: [1, 8_000_000], type: 'float32' },
  },
  step: ({ count }, { column, row }) => ({
    state: { count: tf.add(count!, 1) },
    outputs: { mean: tf.mean(tf.mul(column!, row!)) },
  }),
};

test('an engine out of memory says so with advice, and keeps its state', async () => {
  const program = await onnxRuntimeEngine({ threads: 1 }).compile(tooLarge);
  const inputs = { column: new Float32Array(4_000_000), row: new Float32Array(8_000_000) };
  const failure = await program.run(inputs).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(EngineFailure);
  expect(String(failure)).toMatch(/onnxruntime:cpu ran out of memory in too-large\. .*smaller batch/);
  expect(await program.readState()).toEqual({ count: Float32Array.of(0) });
  await program.dispose();
});

// As onnxruntime, Dawn and CUDA phrase it.
test.each([
  [
    'Non-zero status code returned while running Conv node. CUDA failure 700: an illegal memory access',
    'lost',
  ],
  ['A valid external Instance reference no longer exists: Device was lost', 'lost'],
  ['DXGI_ERROR_DEVICE_REMOVED', 'lost'],
  ['CUDA error: out of memory', 'memory'],
  ['Failed to allocate memory for requested buffer of size 137438953472', 'memory'],
])('%s', (said, what) => {
  const message = engineFailure(new Error(said), 'onnxruntime:cuda', 'ditto')?.message;
  expect(message).toMatch(what === 'lost' ? /lost its device in ditto/ : /ran out of memory in ditto/);
  expect(message).toContain(said);
});

test('other errors are not the engine’s', () => {
  expect(engineFailure(new Error('input x needs 4 elements'), 'onnxruntime:cpu', 'ditto')).toBeUndefined();
});
