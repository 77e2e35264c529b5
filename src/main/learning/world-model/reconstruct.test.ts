import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reconstructionKinds } from '../../../shared/reconstruction';
import { relativeError } from '../../tensor/testing/compare';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { NamedValues, Program, TensorValues } from '../../tensor/program';
import { nanoArchitecture, nanoParameters, nanoPixels, nanoSequences, randomTensor } from '../testing/nano';
import { worldModelShapes } from './architecture';
import { decodeProgram, encodeProgram } from './encode';
import { reconstructProgram } from './reconstruct';

const engine = onnxRuntimeEngine({ threads: 1 });
const reader = { architecture: nanoArchitecture, pixels: nanoPixels };
const [BATCH, TIME, CONTEXT] = [2, 6, 3];
const PIXELS = 64 * 64;
const shapes = worldModelShapes(nanoArchitecture);

const noise = (stream: string): Float32Array =>
  randomTensor([TIME, BATCH, nanoArchitecture.stochasticVariables], stream, 0, 1);

const inputs = {
  ...nanoSequences(TIME, BATCH, 0),
  priorUniform: noise('prior'),
  openLoopUniform: noise('open loop'),
};

let program: Program;
beforeAll(async () => {
  program = await engine.compile(reconstructProgram(reader, { batch: BATCH, time: TIME, context: CONTEXT }));
  program.writeState(lively(shapes));
});
afterAll(() => program.dispose());

/** Parameters under which frames and actions make a visible difference. */
function lively(of: typeof shapes): NamedValues {
  return Object.fromEntries(
    Object.entries(nanoParameters(of)).map(([name, values]) => [name, values.map((value) => 3 * value)]),
  );
}

const run = (changed: Partial<typeof inputs> = {}) => program.run({ ...inputs, ...changed });

/** The frames of step `time`, all sequences. */
const at = (frames: TensorValues, time: number): number[] => [
  ...frames.subarray(time * BATCH * PIXELS, (time + 1) * BATCH * PIXELS),
];

/** The frames of step `time` turned white, or its actions changed. */
function changedAt(name: 'observations' | 'previousActions', time: number) {
  const values = inputs[name].slice();
  const perStep = values.length / TIME;
  const step = values.subarray(time * perStep, (time + 1) * perStep);
  step.forEach(
    (value, i) => (step[i] = name === 'observations' ? 255 : (value + 1) % nanoArchitecture.actions),
  );
  return { [name]: values };
}

test('the posterior paints the latents of the encoder', async () => {
  const encode = await engine.compile(encodeProgram(reader, BATCH, TIME));
  const parameters = lively(shapes);
  const own = Object.entries(parameters).filter(([name]) => name in encode.definition.state);
  encode.writeState(Object.fromEntries(own));
  const { latents } = await encode.run(inputs);
  await encode.dispose();
  const decode = await engine.compile(decodeProgram(reader, TIME * BATCH));
  const decoder = Object.entries(parameters).filter(([name]) => name.startsWith('decoder/'));
  decode.writeState(Object.fromEntries(decoder));
  const { images } = await decode.run({ latents: latents! });
  await decode.dispose();
  const { posterior } = await run();
  expect(relativeError(posterior!, images!)).toBeLessThan(1e-5);
});

describe('a frame is seen', () => {
  const seen = CONTEXT - 1;
  const unseen = CONTEXT + 1;

  test('by the posterior at once, by the prior a step later', async () => {
    const [before, after] = [await run(), await run(changedAt('observations', seen))];
    expect(at(after['posterior']!, seen)).not.toEqual(at(before['posterior']!, seen));
    expect(at(after['prior']!, seen)).toEqual(at(before['prior']!, seen));
    expect(at(after['prior']!, seen + 1)).not.toEqual(at(before['prior']!, seen + 1));
  });

  test('by the open loop only within the context', async () => {
    const before = await run();
    const within = await run(changedAt('observations', seen));
    const beyond = await run(changedAt('observations', unseen));
    for (let time = seen; time < TIME; time++) {
      expect(at(within['openLoop']!, time), `step ${time}`).not.toEqual(at(before['openLoop']!, time));
    }
    expect(beyond['openLoop']).toEqual(before['openLoop']);
    expect(at(beyond['posterior']!, unseen)).not.toEqual(at(before['posterior']!, unseen));
  });
});

test('the open loop is the posterior until the context ends, and follows the true actions after it', async () => {
  const before = await run();
  const pixels = CONTEXT * BATCH * PIXELS;
  expect(before['openLoop']!.subarray(0, pixels)).toEqual(before['posterior']!.subarray(0, pixels));
  const after = await run(changedAt('previousActions', CONTEXT + 1));
  expect(at(after['openLoop']!, CONTEXT)).toEqual(at(before['openLoop']!, CONTEXT));
  for (let time = CONTEXT + 1; time < TIME; time++) {
    expect(at(after['openLoop']!, time), `step ${time}`).not.toEqual(at(before['openLoop']!, time));
  }
});

test('errors are root mean squared differences in grey levels', async () => {
  const outputs = await run();
  for (const kind of reconstructionKinds) {
    const expected = Array.from({ length: TIME * BATCH }, (_, row) => {
      const frame = outputs[kind]!.subarray(row * PIXELS, (row + 1) * PIXELS);
      const squares = Array.from(frame, (value, i) => (value - inputs.observations[row * PIXELS + i]!) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / PIXELS);
    });
    expect(relativeError(outputs[`${kind}Error`]!, expected), kind).toBeLessThan(1e-4);
  }
});
