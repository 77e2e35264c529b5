import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { compareEngines, timeEngine } from './engine-check';
import { probeBackend, probeProvider } from './engine-probe';
import { describeEngines, selectEngine, TFJS_KERNELS } from './engines';
import type { Engine, ProgramDefinition } from './program';

const double: ProgramDefinition = {
  name: 'double',
  state: {},
  inputs: { x: { shape: [2], type: 'float32' } },
  step: (_, { x }) => ({ outputs: { y: tf.add(x!, x!) } }),
};

async function doubles(engine: Engine): Promise<boolean> {
  const program = await engine.compile(double);
  const { y } = await program.run({ x: Float32Array.of(1, -3) });
  await program.dispose();
  return y!.join() === '2,-6';
}

// Child processes on a busy machine take their time.
const timeout = 180_000;

describe('the registry', { timeout }, () => {
  test('lists every engine, each available or with a reason, and with a way to get it', async () => {
    const engines = await describeEngines();
    expect(engines.map(({ id }) => id)).toEqual([
      'onnxruntime:cpu',
      'onnxruntime:webgpu',
      'onnxruntime:cuda',
      'onnxruntime:tensorrt',
      'onnxruntime:dml',
      'onnxruntime:coreml',
      'tfjs:node-gpu',
      'tfjs:node',
      'tfjs:wasm',
      'tfjs:cpu',
    ]);
    for (const { id, title, kind, available, reason, howToGet } of engines) {
      expect(kind, id).toBe(id.startsWith('onnxruntime') ? 'compiled' : 'eager');
      expect(available, id).toBe(reason === null);
      expect(reason, id).not.toBe('');
      expect(title.length, id).toBeGreaterThan(5);
      expect(howToGet, id).toMatch(/\.$/);
    }
    const available = engines.filter((engine) => engine.available).map(({ id }) => id);
    expect(available).toContain('onnxruntime:cpu');
    expect(available).toContain('tfjs:cpu');
  });

  test('asks TF.js for kernels that it has, not for our own', async () => {
    expect(await probeBackend('@tensorflow/tfjs-backend-cpu', 'cpu', TFJS_KERNELS)).toBeNull();
  });

  test('does not claim what the platform cannot have', async () => {
    const available = (await describeEngines()).filter((engine) => engine.available).map(({ id }) => id);
    if (process.platform !== 'win32') expect(available).not.toContain('onnxruntime:dml');
    if (process.platform !== 'darwin') expect(available).not.toContain('onnxruntime:coreml');
    // TF.js has no WebAssembly kernel for the gradient of a convolution.
    expect(available).not.toContain('tfjs:wasm');
  });

  test('gives the engines that it calls available, and for each other says why not and how to get it', async () => {
    for (const { id, available, reason, howToGet } of await describeEngines()) {
      if (available) {
        const engine = await selectEngine(id);
        expect(engine.id).toBe(id);
        expect(await doubles(engine), id).toBe(true);
      } else {
        const failure = await selectEngine(id).catch((error: unknown) => error);
        expect(failure, id).toBeInstanceOf(StudioError);
        expect((failure as StudioError).message).toContain(id);
        expect((failure as StudioError).message).toContain(reason);
        expect((failure as StudioError).message).toContain(howToGet);
      }
    }
  });

  test('auto is a compiled engine that works', async () => {
    const engine = await selectEngine('auto', { threads: 1 });
    expect(engine.id).toMatch(/^onnxruntime:/);
    expect(await doubles(engine)).toBe(true);
  });

  test('an engine that does not exist is an error that names those that do', async () => {
    const failure = selectEngine('onnxruntime:abacus');
    await expect(failure).rejects.toThrow(StudioError);
    await expect(failure).rejects.toThrow(
      /no engine called onnxruntime:abacus.*auto.*onnxruntime:cpu.*tfjs:cpu/,
    );
  });
});

describe('a probe', { timeout }, () => {
  test('runs a session where the provider works', async () => {
    expect(await probeProvider('cpu')).toBeNull();
  });

  test('says what ONNX Runtime says where it does not', async () => {
    expect(await probeProvider('abacus')).toContain('[abacus] backend not found');
  });

  test('notices a package that is not installed', async () => {
    expect(await probeBackend('@tensorflow/tfjs-abacus', 'abacus', [])).toBe(
      'The package @tensorflow/tfjs-abacus is not installed.',
    );
  });

  test('notices kernels that a backend lacks', async () => {
    expect(await probeBackend('@tensorflow/tfjs-backend-cpu', 'cpu', ['Conv2D', 'Add'])).toBeNull();
    expect(await probeBackend('@tensorflow/tfjs-backend-cpu', 'cpu', ['Conv2D', 'Abacus'])).toBe(
      'It lacks TF.js kernels that training needs: Abacus.',
    );
  });
});

describe('the self-check', { timeout }, () => {
  test('accepts the compiled engine and rejects one whose gradients are a little off', async () => {
    const [compiled, reference] = [await selectEngine('onnxruntime:cpu'), await selectEngine('tfjs:cpu')];
    expect(await compareEngines(compiled, reference)).toBeNull();
    const faulty: Engine = { id: 'faulty', compile: (definition) => compiled.compile(tamper(definition)) };
    expect(await compareEngines(faulty, reference)).toMatch(/results are wrong: .* from tfjs:cpu/);
  });

  test('is followed by a timing of each engine', async () => {
    const milliseconds = await timeEngine(await selectEngine('onnxruntime:cpu'));
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThan(Infinity);
  });
});

/** The same program, but one weight's update is half a percent too large. */
function tamper(definition: ProgramDefinition): ProgramDefinition {
  const name = 'parameter/weight';
  return {
    ...definition,
    step: (state, inputs) => {
      const { state: next, outputs } = definition.step(state, inputs);
      const change = tf.sub(next![name]!, state[name]!);
      return { state: { ...next, [name]: tf.add(next![name]!, tf.mul(change, 0.5)) }, outputs };
    },
  };
}
