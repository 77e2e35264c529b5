import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../shared/random';
import { eagerEngine } from './eager-engine';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import type { OptimizerConfiguration } from './optimizer';
import type { Engine } from './program';
import { expectClose, randomInputs } from './testing/compare';
import { TrainStep, trainStepProgram, type TrainStepDefinition } from './train-step';

const compiled = onnxRuntimeEngine({ threads: 1 });
const eager = eagerEngine('cpu');

/** A loss whose gradient is given: L = a · da + b · db. */
function givenGradients(optimizer: OptimizerConfiguration): TrainStepDefinition {
  return {
    name: 'given-gradients',
    parameters: { a: [2], b: [1] },
    inputs: { da: { shape: [2], type: 'float32' }, db: { shape: [1], type: 'float32' } },
    optimizer,
    loss: ({ a, b }, { inputs }) => ({
      loss: tf.add(tf.sum(tf.mul(a!, inputs['da']!)), tf.sum(tf.mul(b!, inputs['db']!))) as tf.Scalar,
      outputs: {},
    }),
  };
}

/** PyTorch's AdamW (torch.optim.AdamW, "Algorithm"), in double precision, for one parameter. */
function adamW(
  start: number,
  gradients: readonly number[],
  { learningRate, epsilon, weightDecay }: OptimizerConfiguration,
) {
  let [parameter, first, second] = [start, 0, 0];
  return gradients.map((gradient, index) => {
    const step = index + 1;
    parameter -= learningRate * weightDecay * parameter;
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    const denominator = Math.sqrt(second) / Math.sqrt(1 - 0.999 ** step) + epsilon;
    parameter -= ((learningRate / (1 - 0.9 ** step)) * first) / denominator;
    return parameter;
  });
}

const GRADIENTS = [
  [3, -0.5, 4],
  [1, 0, -2],
  [-6, 8, 0],
] as const;
const START = [1, -2, 0.5] as const;

async function threeUpdates(engine: Engine, optimizer: OptimizerConfiguration) {
  const parameters = { a: Float32Array.of(START[0], START[1]), b: Float32Array.of(START[2]) };
  const step = await TrainStep.compile(engine, givenGradients(optimizer), { parameters });
  const history: number[][] = [];
  const norms: number[] = [];
  for (const [a0, a1, b] of GRADIENTS) {
    const outputs = await step.run({ da: Float32Array.of(a0, a1), db: Float32Array.of(b) });
    norms.push(outputs['gradientNorm']![0]!);
    const { a, b: second } = await step.parameters();
    history.push([...a!, ...second!]);
  }
  expect(step.updates).toBe(3);
  await step.dispose();
  return { history, norms };
}

function expectHistory(
  history: number[][],
  gradients: readonly (readonly number[])[],
  optimizer: OptimizerConfiguration,
) {
  START.forEach((start, index) => {
    const expected = adamW(
      start,
      gradients.map((row) => row[index]!),
      optimizer,
    );
    history.forEach((row, step) => expect(row[index]).toBeCloseTo(expected[step]!, 5));
  });
}

describe.each([compiled, eager])('the optimiser on $id', (engine) => {
  const plain = { learningRate: 0.1, epsilon: 1e-8, weightDecay: 0, gradientClip: 0 };

  test('is Adam', async () => {
    const { history } = await threeUpdates(engine, plain);
    // The first update of Adam is the learning rate against the gradient's sign, whatever its size.
    [0.9, -1.9, 0.4].forEach((expected, index) => expect(history[0]![index]).toBeCloseTo(expected, 5));
    expectHistory(history, GRADIENTS, plain);
  });

  test('is AdamW with weight decay and a large epsilon', async () => {
    const optimizer = { learningRate: 0.1, epsilon: 1, weightDecay: 0.5, gradientClip: 0 };
    const { history } = await threeUpdates(engine, optimizer);
    // 1 · (1 - 0.1 · 0.5) - 0.1 · 3 / (3 + 1), and likewise with -0.5 and 4.
    [0.875, -1.9 + 0.1 / 3, 0.395].forEach((expected, index) =>
      expect(history[0]![index]).toBeCloseTo(expected, 5),
    );
    expectHistory(history, GRADIENTS, optimizer);
  });

  test('clips all gradients together by their common norm', async () => {
    const optimizer = { learningRate: 0.1, epsilon: 1, weightDecay: 0.01, gradientClip: 4 };
    const { history, norms } = await threeUpdates(engine, optimizer);
    const expectedNorms = GRADIENTS.map((row) => Math.hypot(...row));
    norms.forEach((norm, step) => expect(norm).toBeCloseTo(expectedNorms[step]!, 5));
    // 5.02, 2.24 and 10: the second is not clipped.
    const clipped = GRADIENTS.map((row, step) =>
      row.map((element) => element * Math.min(1, 4 / expectedNorms[step]!)),
    );
    expectHistory(history, clipped, optimizer);
  });
});

/** A small network with everything that a train step may have: carried and frozen state, several kinds of inputs. */
const network: TrainStepDefinition = {
  name: 'network',
  parameters: { w: [3, 4], v: [4, 4], bias: [4] },
  carried: { h: [2, 4] },
  frozen: { target: [2, 4] },
  inputs: { x: { shape: [5, 2, 3], type: 'float32' } },
  optimizer: { learningRate: 0.01, epsilon: 1e-5, weightDecay: 0.01, gradientClip: 0.5 },
  loss: ({ w, v, bias }, { carried, frozen, inputs }) => {
    let h = carried['h']!;
    for (const x of tf.unstack(inputs['x']!)) {
      const drive = tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), bias!);
      h = tf.tanh(tf.add(tf.matMul(h as tf.Tensor2D, v as tf.Tensor2D), drive));
    }
    const loss = tf.mean(tf.squaredDifference(h, frozen['target']!)) as tf.Scalar;
    return { loss, outputs: { h }, carried: { h } };
  },
};

function initialNetwork() {
  const values = (name: string, length: number): Float32Array => {
    const random = randomGenerator(3, name);
    return Float32Array.from({ length }, () => random.uniform() - 0.5);
  };
  return {
    parameters: { w: values('w', 12), v: values('v', 16), bias: values('bias', 4) },
    carried: { h: values('h', 8) },
    frozen: { target: values('target', 8) },
  };
}

const inputsOf = (step: number) =>
  randomInputs({ ...trainStepProgram(network), inputs: network.inputs }, 5, step);

describe('a train step', () => {
  test('keeps in step with the eager engine over many updates', async () => {
    const steps = [await TrainStep.compile(compiled, network, initialNetwork())];
    steps.push(await TrainStep.compile(eager, network, initialNetwork()));
    const [fast, slow] = steps as [TrainStep, TrainStep];
    for (let step = 0; step < 60; step++) {
      const [actual, expected] = [await fast.run(inputsOf(step)), await slow.run(inputsOf(step))];
      expectClose(actual, expected, 1e-4);
      // Read at odd and even updates: the state lives in two buffers by turns.
      if (step % 7 === 0) expectClose(await fast.parameters(), await slow.parameters(), 1e-4);
    }
    const [actual, expected] = [await fast.snapshot(), await slow.snapshot()];
    expectClose(actual.parameters, expected.parameters, 1e-4);
    expectClose(actual.optimizer, expected.optimizer, 1e-4);
    expectClose(actual.carried, expected.carried, 1e-4);
    expect(Object.keys(actual.optimizer)).toHaveLength(6);
  });

  test('changes neither frozen state nor, unless told to, carried state', async () => {
    const initial = initialNetwork();
    const step = await TrainStep.compile(compiled, network, initial);
    const { h } = await step.run(inputsOf(0));
    expect((await step.snapshot()).carried['h']).toEqual(h);
    step.writeCarried({ h: initial.carried.h });
    expect((await step.snapshot()).carried['h']).toEqual(initial.carried.h);
    await step.run(inputsOf(1));
    const { 'frozen/target': target } = await step.program.readState(['frozen/target']);
    expect(target).toEqual(initial.frozen.target);
    await step.dispose();
  });

  test('continues from a snapshot bit for bit', async () => {
    const initial = initialNetwork();
    const whole = await TrainStep.compile(compiled, network, initial);
    for (let step = 0; step < 5; step++) await whole.run(inputsOf(step));
    const snapshot = await whole.snapshot();
    for (let step = 5; step < 12; step++) await whole.run(inputsOf(step));

    const resumed = await TrainStep.compile(compiled, network, {
      ...initialNetwork(),
      frozen: initial.frozen,
    });
    // It has a history of its own, which the snapshot must replace.
    await resumed.run(inputsOf(99));
    resumed.restore(snapshot, 5);
    for (let step = 5; step < 12; step++) await resumed.run(inputsOf(step));
    expect(resumed.updates).toBe(whole.updates);
    expect(await resumed.snapshot()).toEqual(await whole.snapshot());

    const forgetful = await TrainStep.compile(compiled, network, initial);
    forgetful.restore(snapshot, 4);
    await forgetful.run(inputsOf(5));
    resumed.restore(snapshot, 5);
    await resumed.run(inputsOf(5));
    expect((await forgetful.snapshot()).parameters).not.toEqual((await resumed.snapshot()).parameters);
  });

  test('that fails has not happened', async () => {
    const definition: TrainStepDefinition = {
      ...givenGradients({ learningRate: 0.1, epsilon: 1e-5, weightDecay: 0, gradientClip: 0 }),
      inputs: { row: { shape: [1], type: 'int32' } },
      loss: ({ a, b }, { inputs }) => {
        const rows = tf.tensor2d([
          [1, 2],
          [-3, 4],
        ]);
        const chosen = tf.reshape(tf.gather(rows, inputs['row'] as tf.Tensor1D), [2]);
        return { loss: tf.add(tf.sum(tf.mul(a!, chosen)), tf.sum(b!)) as tf.Scalar, outputs: {} };
      },
    };
    const initial = { parameters: { a: Float32Array.of(1, 1), b: Float32Array.of(1) } };
    const step = await TrainStep.compile(compiled, definition, initial);
    await step.run({ row: Int32Array.of(0) });
    const before = await step.snapshot();
    await expect(step.run({ row: Int32Array.of(9) })).rejects.toThrow();
    expect(step.updates).toBe(1);
    expect(await step.snapshot()).toEqual(before);

    const untroubled = await TrainStep.compile(compiled, definition, initial);
    await untroubled.run({ row: Int32Array.of(0) });
    for (const each of [step, untroubled]) await each.run({ row: Int32Array.of(1) });
    expect(await step.snapshot()).toEqual(await untroubled.snapshot());
  });
});
