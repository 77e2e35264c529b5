import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { eagerEngine } from './eager-engine';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import type { NamedValues } from './program';
import { TrainStep, type TrainStepDefinition } from './train-step';

const compiled = onnxRuntimeEngine({ threads: 1 });
const optimizer = { learningRate: 0.1, epsilon: 1e-5, weightDecay: 0, gradientClip: 0 };

/** L = sum(x · w) + c, of which the product is in half precision, and w's gradient is x times the scale of the loss. */
const product: TrainStepDefinition = {
  name: 'product',
  precision: 'mixed',
  parameters: { w: [2, 1] },
  carried: { runs: [] },
  inputs: { x: { shape: [1, 2], type: 'float32' } },
  optimizer,
  loss: ({ w }, { carried, inputs }) => {
    const y = tf.matMul(inputs['x'] as tf.Tensor2D, w as tf.Tensor2D);
    return { loss: tf.sum(y) as tf.Scalar, outputs: { y }, carried: { runs: tf.add(carried['runs']!, 1) } };
  },
};
const initial = () => ({
  parameters: { w: Float32Array.of(1, 2) },
  carried: { runs: Float32Array.of(0) },
});

async function scaleOf(step: TrainStep): Promise<number> {
  return (await step.snapshot()).carried['lossScaling/scale']![0]!;
}

test('products are in half precision, parameters and what the caller sees in single', async () => {
  const step = await TrainStep.compile(compiled, product, initial());
  // 1 + 2^-12 is no float16, and 0.1 the nearest one to it.
  const { y, loss, gradientNorm } = await step.run({ x: Float32Array.of(1 + 2 ** -12, 0.1) });
  expect(y![0]).toBe(Math.fround(1.2001953125));
  expect(loss![0]).toBe(y![0]);
  expect(gradientNorm![0]).toBeCloseTo(Math.hypot(1, 0.1), 3);
  const { parameters } = await step.snapshot();
  expect([...parameters['w']!].map((value) => value.toFixed(5))).toEqual(['0.90000', '1.90001']);
});

test('a gradient that would vanish in half precision counts', async () => {
  const step = await TrainStep.compile(compiled, product, initial());
  const { gradientNorm } = await step.run({ x: Float32Array.of(1e-5, 0) });
  expect(gradientNorm![0]! / 1e-5).toBeCloseTo(1, 2);
});

test('a step whose gradients are not finite changes the scale alone, and training recovers', async () => {
  const step = await TrainStep.compile(compiled, product, initial());
  const before = await step.snapshot();
  const scale = await scaleOf(step);
  // Times the scale, 4 is beyond float16.
  const overflowing = { x: Float32Array.of(4, 1) };
  const { gradientNorm } = await step.run(overflowing);
  expect(Number.isFinite(gradientNorm![0])).toBe(false);
  const after = await step.snapshot();
  expect(after.parameters).toEqual(before.parameters);
  expect(after.optimizer).toEqual(before.optimizer);
  expect(after.carried['runs']).toEqual(before.carried['runs']);
  expect(await scaleOf(step)).toBe(scale / 2);

  // Adam's bias correction does not count it, nor does it after a resume.
  const updated = async (from: TrainStep): Promise<NamedValues> => {
    await from.run({ x: Float32Array.of(0.01, 0.3) });
    return from.parameters();
  };
  const fresh = await TrainStep.compile(compiled, product, initial());
  const resumed = await TrainStep.compile(compiled, product, initial());
  resumed.restore(after, step.updates);
  const expected = await updated(fresh);
  for (const going of [resumed, step]) expect(await updated(going)).toEqual(expected);
  step.restore(after, 1);

  for (let index = 0; index < 4; index++) await step.run(overflowing);
  const recovered = await step.snapshot();
  expect(recovered.parameters['w']![0]!).toBeLessThan(1);
  expect(recovered.carried['runs']![0]!).toBeGreaterThan(0);
  expect(await scaleOf(step)).toBeLessThan(65_504 / 4);
});

test('after 2,000 good steps the scale is twice as large', async () => {
  const step = await TrainStep.compile(compiled, product, initial());
  const { parameters, optimizer: moments, carried } = await step.snapshot();
  const scale = 1024;
  const almost = {
    ...carried,
    'lossScaling/scale': Float32Array.of(scale),
    'lossScaling/goodSteps': Float32Array.of(1999),
  };
  step.restore({ parameters, optimizer: moments, carried: almost }, 0);
  const small = { x: Float32Array.of(0.01, 0.01) };
  await step.run(small);
  expect(await scaleOf(step)).toBe(2 * scale);
  await step.run(small);
  expect((await step.snapshot()).carried['lossScaling/goodSteps']).toEqual(Float32Array.of(1));
});

test('goes on from a snapshot bit for bit', async () => {
  const inputs = (index: number) => ({ x: Float32Array.of(index % 3, 0.3) });
  const whole = await TrainStep.compile(compiled, product, initial());
  for (let index = 0; index < 4; index++) await whole.run(inputs(index));
  const resumed = await TrainStep.compile(compiled, product, initial());
  resumed.restore(await whole.snapshot(), whole.updates);
  for (const step of [whole, resumed]) {
    for (let index = 4; index < 9; index++) await step.run(inputs(index));
  }
  expect(await resumed.snapshot()).toEqual(await whole.snapshot());
});

test('an engine without half precision says so', async () => {
  const refused = TrainStep.compile(eagerEngine('cpu'), product, initial());
  await expect(refused).rejects.toThrow(StudioError);
  await expect(refused).rejects.toThrow(/tfjs:cpu computes in float32 alone/);
});
