import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';
import { eagerEngine } from './eager-engine';
import { exportProgram } from './lowered-program';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import type { ProgramDefinition } from './program';

/** Adds its input to a sum that it keeps, and counts its runs. */
const accumulate: ProgramDefinition = {
  name: 'accumulate',
  state: { sum: [2, 2], count: [], factor: [] },
  inputs: { x: { shape: [2, 2], type: 'float32' } },
  step: ({ sum, count, factor }, { x }) => {
    const next = tf.add(sum!, tf.mul(x!, factor!));
    return { state: { sum: next, count: tf.add(count!, 1) }, outputs: { sum: next } };
  },
};

const x = Float32Array.of(1, 2, 3, 4);

const engines = [
  ['ONNX Runtime', onnxRuntimeEngine({ threads: 1 })],
  ['ONNX Runtime without our own operators', onnxRuntimeEngine({ threads: 1, ownOperators: false })],
  ['TF.js', eagerEngine('cpu')],
] as const;

describe.each(engines)('a program on %s', (_, engine) => {
  test('keeps its state from run to run', async () => {
    const program = await engine.compile(accumulate);
    program.writeState({ factor: Float32Array.of(0.5), sum: Float32Array.of(10, 0, 0, 0) });
    expect([...(await program.run({ x }))['sum']!]).toEqual([10.5, 1, 1.5, 2]);
    expect([...(await program.run({ x }))['sum']!]).toEqual([11, 2, 3, 4]);
    expect(await program.readState()).toEqual({
      sum: Float32Array.of(11, 2, 3, 4),
      count: Float32Array.of(2),
      factor: Float32Array.of(0.5),
    });
    program.writeState({ sum: new Float32Array(4) });
    expect([...(await program.run({ x }))['sum']!]).toEqual([0.5, 1, 1.5, 2]);
    expect(await program.readState(['count'])).toEqual({ count: Float32Array.of(3) });
    await program.dispose();
  });

  test('hands out copies: neither its results nor its state change later', async () => {
    const program = await engine.compile(accumulate);
    program.writeState({ factor: Float32Array.of(1) });
    const first = await program.run({ x });
    const state = await program.readState();
    state['sum']!.fill(-1);
    await program.run({ x });
    await program.run({ x });
    expect([...first['sum']!]).toEqual([1, 2, 3, 4]);
    expect(await program.readState(['sum'])).toEqual({ sum: Float32Array.of(3, 6, 9, 12) });
    await program.dispose();
  });

  test('refuses inputs of the wrong size, and missing ones', async () => {
    const program = await engine.compile(accumulate);
    const run = async (inputs: Record<string, Float32Array>): Promise<unknown> => program.run(inputs);
    await expect(run({ x: new Float32Array(3) })).rejects.toThrow(
      'accumulate: input x needs 4 elements [2, 2] but has 3.',
    );
    await expect(run({})).rejects.toThrow('accumulate: input x needs 4 elements [2, 2] but is missing.');
    await program.dispose();
  });

  test('refuses state that it does not have, or of another shape', async () => {
    const program = await engine.compile(accumulate);
    expect(() => program.writeState({ mean: new Float32Array(4) })).toThrow(
      'accumulate has no state called mean.',
    );
    expect(() => program.writeState({ sum: new Float32Array(3) })).toThrow(
      'accumulate: state sum is [2, 2] but was given 3 elements.',
    );
    await expect(async () => program.readState(['mean'])).rejects.toThrow(
      'accumulate has no state called mean.',
    );
    await program.dispose();
  });

  test('refuses a next state of another shape, and one that was not declared', async () => {
    const start = async (state: string, next: tf.Tensor | null): Promise<void> => {
      const program = await engine.compile({
        name: 'growing',
        state: { h: [2] },
        inputs: {},
        step: ({ h }) => ({ state: { [state]: next ?? tf.concat([h!, h!]) }, outputs: { h: h! } }),
      });
      await program.run({});
    };
    await expect(start('h', null)).rejects.toThrow('growing: next state h is [4], declared [2].');
    await expect(start('z', null)).rejects.toThrow('growing has no state called z.');
  });

  test('reads bytes as numbers from 0 to 255, and whole numbers as they are', async () => {
    const program = await engine.compile({
      name: 'types',
      state: {},
      inputs: { bytes: { shape: [3], type: 'uint8' }, whole: { shape: [2], type: 'int32' } },
      step: (_, { bytes, whole }) => {
        expect(bytes!.dtype).toBe('float32');
        expect(whole!.dtype).toBe('int32');
        return { outputs: { half: tf.div(bytes!, 2), same: bytes!, whole: tf.add(whole!, whole!) } };
      },
    });
    const outputs = await program.run({
      bytes: Uint8Array.of(0, 127, 255),
      whole: Int32Array.of(-7, 100_000),
    });
    expect(outputs['half']).toEqual(Float32Array.of(0, 63.5, 127.5));
    expect(outputs['same']).toEqual(Float32Array.of(0, 127, 255));
    expect(outputs['whole']).toEqual(Int32Array.of(-14, 200_000));
    await program.dispose();
  });
});

describe.each(engines.slice(0, 2))('a program on %s', (_, engine) => {
  test('state that no computation reads is kept all the same', async () => {
    const program = await engine.compile({
      name: 'idle',
      state: { used: [1], idle: [2] },
      inputs: {},
      step: ({ used }) => ({ state: { used: tf.add(used!, 1) }, outputs: {} }),
    });
    program.writeState({ idle: Float32Array.of(3, 4) });
    await program.run({});
    expect(await program.readState()).toEqual({ used: Float32Array.of(1), idle: Float32Array.of(3, 4) });
    await program.dispose();
  });

  test('runs that are asked for at once do not meet', async () => {
    const program = await engine.compile({
      name: 'twice',
      state: {},
      inputs: { x: { shape: [2, 2], type: 'float32' } },
      step: (_, { x }) => ({ outputs: { y: tf.mul(x!, 2) } }),
    });
    const runs = [1, 2, 3].map((times) => program.run({ x: x.map((value) => times * value) }));
    const results = (await Promise.all(runs)).map(({ y }) => [...y!]);
    expect(results).toEqual([
      [2, 4, 6, 8],
      [4, 8, 12, 16],
      [6, 12, 18, 24],
    ]);
    await program.dispose();
  });

  test('a run that fails leaves the state as it was', async () => {
    const program = await engine.compile({
      name: 'failing',
      state: { sum: [2] },
      inputs: { row: { shape: [1], type: 'int32' } },
      step: ({ sum }, { row }) => {
        const rows = tf.tensor2d([
          [1, 2],
          [30, 40],
        ]);
        const next = tf.add(sum!, tf.reshape(tf.gather(rows, row as tf.Tensor1D), [2]));
        return { state: { sum: next }, outputs: { sum: next } };
      },
    });
    await program.run({ row: Int32Array.of(1) });
    // There is no row 7, which ONNX Runtime finds out in the middle of the run.
    await expect(program.run({ row: Int32Array.of(7) })).rejects.toThrow(/Gather/);
    expect(await program.readState()).toEqual({ sum: Float32Array.of(30, 40) });
    expect((await program.run({ row: Int32Array.of(0) }))['sum']).toEqual(Float32Array.of(31, 42));
    await program.dispose();
  });

  test('a run copies no state', async () => {
    const elements = 4_000_000;
    const program = await engine.compile({
      name: 'large',
      state: { sum: [elements] },
      inputs: {},
      step: ({ sum }) => ({ state: { sum: tf.add(sum!, 1) }, outputs: { total: tf.max(sum!) } }),
    });
    await program.run({});
    const before = process.memoryUsage().arrayBuffers;
    for (let run = 1; run <= 3; run++) expect(await program.run({})).toEqual({ total: Float32Array.of(run) });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(elements);
    await program.dispose();
  });
});

test('an exported program holds its baked state and asks for the rest', async () => {
  const definition: ProgramDefinition = {
    name: 'exported',
    state: { h: [2], weight: [2] },
    inputs: { bytes: { shape: [2], type: 'uint8' } },
    step: ({ h, weight }, { bytes }) => {
      const next = tf.add(h!, tf.mul(bytes!, weight!));
      return { state: { h: next }, outputs: { total: tf.sum(next) } };
    },
  };
  const model = exportProgram(definition, { weight: Float32Array.of(0.5, 2) });
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  expect([...session.inputNames].sort()).toEqual(['bytes', 'h']);
  expect([...session.outputNames].sort()).toEqual(['next_h', 'total']);
  const outputs = await session.run({
    h: new ort.Tensor('float32', Float32Array.of(1, 0), [2]),
    bytes: new ort.Tensor('uint8', Uint8Array.of(200, 3), [2]),
  });
  expect(outputs['next_h']!.data).toEqual(Float32Array.of(101, 6));
  expect(outputs['total']!.data).toEqual(Float32Array.of(107));
  await session.release();
  expect(() => exportProgram(definition, { bias: new Float32Array(2) })).toThrow(
    'exported has no state called bias.',
  );
});

test('whether a provider has half precision is tried where its programs would run', async () => {
  vi.stubEnv('DITTO_CUDA', undefined);
  const cuda = onnxRuntimeEngine({ provider: 'cuda' });
  await expect(cuda.compile({ ...accumulate, precision: 'mixed' })).rejects.toThrow(
    'does not compute in half precision here (CUDA has not been set up.)',
  );
  vi.unstubAllEnvs();
});
