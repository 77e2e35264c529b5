import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import {
  elementCount,
  type NamedTensors,
  type NamedValues,
  type ProgramDefinition,
} from '../../tensor/program';
import { expectClose } from '../../tensor/testing/compare';
import { TrainStep } from '../../tensor/train-step';
import {
  nanoArchitecture,
  nanoOptimizer,
  nanoParameters,
  nanoPixels,
  nanoSequences,
  randomTensor,
} from '../testing/nano';
import {
  latentShapes,
  worldModelEvaluation,
  worldModelTrainStep,
  type WorldModelDefinition,
} from './world-model';

const compiled = onnxRuntimeEngine({ threads: 1 });

const nano: WorldModelDefinition = {
  architecture: nanoArchitecture,
  pixels: nanoPixels,
  batchSize: 2,
  sequenceLength: 3,
  klWeight: 0.1,
  klBalance: 0.8,
  optimizer: nanoOptimizer,
};

const shapes = worldModelTrainStep(nano).parameters;
const batch = (step: number, isFirst?: (t: number, sequence: number) => boolean) =>
  nanoSequences(nano.sequenceLength, nano.batchSize, step, isFirst);

test('the compiled training step agrees with eager TF.js', async () => {
  const definition = worldModelTrainStep(nano);
  const initial = { parameters: nanoParameters(shapes) };
  const fast = await TrainStep.compile(compiled, definition, initial);
  const slow = await TrainStep.compile(eagerEngine('cpu'), definition, initial);
  for (let step = 0; step < 3; step++) {
    const inputs = batch(step, (t, sequence) => t === 0 && (step === 0 || sequence === 0));
    expectClose(await fast.run(inputs), await slow.run(inputs), 2e-5);
  }
  const [actual, expected] = [await fast.snapshot(), await slow.snapshot()];
  expectClose(actual.parameters, expected.parameters, 2e-4);
  expectClose(actual.carried, expected.carried, 2e-4);
  await fast.dispose();
});

test('training lowers the loss', async () => {
  const definition = worldModelTrainStep({ ...nano, optimizer: { ...nanoOptimizer, learningRate: 3e-3 } });
  const step = await TrainStep.compile(compiled, definition, { parameters: nanoParameters(shapes) });
  const losses: number[] = [];
  for (let update = 0; update < 60; update++)
    losses.push((await step.run(batch(0)))['reconstructionLoss']![0]!);
  expect(losses.at(-1)!).toBeLessThan(0.97 * losses[0]!);
  await step.dispose();
});

describe('the loss', () => {
  /** All parameters zero but those given: the posterior, the prior and the picture are then the given biases. */
  async function evaluate(parameters: NamedValues, klBalance = 0.8) {
    const program = await compiled.compile(worldModelEvaluation({ ...nano, klBalance }));
    program.writeState(parameters);
    const inputs = batch(0);
    const outputs = await program.run(inputs);
    await program.dispose();
    return {
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, [value]]) => [name, value!])),
      inputs,
    };
  }

  const { stochasticVariables: variables, stochasticClasses: classes } = nanoArchitecture;
  const perVariable = (logits: Float32Array): number[][] =>
    Array.from({ length: variables }, (_, v) => {
      const exponentials = [...logits.subarray(v * classes, (v + 1) * classes)].map(Math.exp);
      const total = exponentials.reduce((sum, x) => sum + x, 0);
      return exponentials.map((x) => x / total);
    });
  const sumOver = (p: number[][], term: (p: number, v: number, c: number) => number): number =>
    p.flatMap((row, v) => row.map((x, c) => term(x, v, c))).reduce((sum, x) => sum + x, 0);

  test('adds the squared error of unit Gaussians to the weighted KL divergence, all in nats', async () => {
    const picture = 0.25;
    const posteriorLogits = randomTensor([variables * classes], 'posterior', -2, 2);
    const priorLogits = randomTensor([variables * classes], 'prior', -2, 2);
    const { outputs, inputs } = await evaluate({
      'decoder/3/bias': Float32Array.of(picture),
      'posterior/logits/bias': posteriorLogits,
      'prior/logits/bias': priorLogits,
    });
    const [q, p] = [perVariable(posteriorLogits), perVariable(priorLogits)];
    const divergence = sumOver(q, (x, v, c) => x * Math.log(x / p[v]![c]!));
    const squared = inputs.observations.reduce((sum, level) => sum + ((level - 100) / 50 - picture) ** 2, 0);
    const reconstruction = (0.5 * squared) / (nano.sequenceLength * nano.batchSize);
    expect(divergence).toBeGreaterThan(0.5);
    expect(outputs['klDivergence']).toBeCloseTo(divergence, 5);
    expect(outputs['priorEntropy']).toBeCloseTo(
      sumOver(p, (x) => -x * Math.log(x)),
      5,
    );
    expect(outputs['posteriorEntropy']).toBeCloseTo(
      sumOver(q, (x) => -x * Math.log(x)),
      5,
    );
    expect(outputs['reconstructionLoss']! / reconstruction).toBeCloseTo(1, 5);
    expect(outputs['loss']! / (reconstruction + 0.1 * divergence)).toBeCloseTo(1, 5);
  });

  test('has no divergence where prior and posterior agree', async () => {
    const logits = randomTensor([variables * classes], 'both', -2, 2);
    const { outputs } = await evaluate({ 'posterior/logits/bias': logits, 'prior/logits/bias': logits });
    expect(outputs['klDivergence']).toBeCloseTo(0, 6);
  });

  test('is the same in training and in evaluation', async () => {
    const parameters = nanoParameters(shapes);
    const step = await TrainStep.compile(compiled, worldModelTrainStep(nano), { parameters });
    const trained = await step.run(batch(0));
    await step.dispose();
    const { outputs } = await evaluate(parameters);
    for (const [name, value] of Object.entries(outputs)) expect(trained[name]![0]! / value).toBeCloseTo(1, 6);
  });
});

describe('KL balancing', () => {
  // Every step starts an episode: nothing but the KL terms themselves ties prior and posterior together.
  const inputs = batch(0, () => true);

  async function gradients(klWeight: number, klBalance: number): Promise<NamedValues> {
    const definition = worldModelTrainStep({ ...nano, klWeight, klBalance });
    const names = Object.keys(shapes);
    const program: ProgramDefinition = {
      name: 'gradients',
      state: shapes,
      inputs: definition.inputs,
      step: (state, given) => {
        const zero = Object.entries(latentShapes(nanoArchitecture, nano.batchSize)).map(
          ([name, shape]) => [name, tf.zeros([...shape])] as const,
        );
        const context = { carried: Object.fromEntries(zero) as NamedTensors, frozen: {}, inputs: given };
        const { grads } = tf.valueAndGrads(
          (...tensors: tf.Tensor[]) =>
            definition.loss(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), context).loss,
        )(names.map((name) => state[name]!));
        return { outputs: Object.fromEntries(grads.map((gradient, i) => [names[i]!, gradient])) };
      },
    };
    const runnable = await compiled.compile(program);
    runnable.writeState(nanoParameters(shapes));
    const result = (await runnable.run(inputs)) as NamedValues;
    await runnable.dispose();
    return result;
  }

  const belongsTo = (part: string) => (name: string) => name.startsWith(`${part}/`);
  const priorNames = Object.keys(shapes).filter(belongsTo('prior'));
  const posteriorNames = Object.keys(shapes).filter(belongsTo('posterior'));

  function expectCombination(
    actual: NamedValues,
    names: string[],
    terms: readonly [number, NamedValues][],
  ): void {
    for (const name of names) {
      const expected = actual[name]!.map((_, i) =>
        terms.reduce((sum, [factor, x]) => sum + factor * x[name]![i]!, 0),
      );
      expect(
        expected.some((x) => Math.abs(x) > 1e-4),
        name,
      ).toBe(true);
      const scale = Math.max(...terms.flatMap(([, x]) => [...x[name]!].map(Math.abs)));
      actual[name]!.forEach((x, i) => expect(Math.abs(x - expected[i]!) / scale, name).toBeLessThan(1e-5));
    }
  }

  test('gives the share δ to the prior and 1 - δ to the posterior', async () => {
    const [balanced, onlyPrior, onlyPosterior] = [
      await gradients(2, 0.8),
      await gradients(2, 1),
      await gradients(2, 0),
    ];
    const reconstruction = await gradients(0, 0.8);

    expectCombination(balanced, priorNames, [[0.8, onlyPrior]]);
    for (const name of priorNames)
      expect(
        onlyPosterior[name]!.every((x) => x === 0),
        name,
      ).toBe(true);
    for (const name of priorNames)
      expect(
        reconstruction[name]!.every((x) => x === 0),
        name,
      ).toBe(true);

    expectCombination(onlyPrior, posteriorNames, [[1, reconstruction]]);
    expectCombination(balanced, posteriorNames, [
      [0.2, onlyPosterior],
      [0.8, reconstruction],
    ]);
    const difference = onlyPosterior['posterior/logits/bias']!.some(
      (x, i) => Math.abs(x - reconstruction['posterior/logits/bias']![i]!) > 1e-3,
    );
    expect(difference).toBe(true);
  });

  test('weighs the divergence by β', async () => {
    expectCombination(await gradients(3, 0.8), priorNames, [[3, await gradients(1, 0.8)]]);
  });
});

describe('the carried state', () => {
  async function lossAfter(
    carried: number,
    isFirst: (t: number, sequence: number) => boolean,
  ): Promise<number> {
    const values = Object.entries(latentShapes(nanoArchitecture, nano.batchSize)).map(
      ([name, shape]) => [name, new Float32Array(elementCount(shape)).fill(carried)] as const,
    );
    const initial = { parameters: nanoParameters(shapes), carried: Object.fromEntries(values) };
    const step = await TrainStep.compile(compiled, worldModelTrainStep(nano), initial);
    const { loss } = await step.run(batch(0, isFirst));
    await step.dispose();
    return loss![0]!;
  }

  test('does not reach the loss of sequences that start an episode', async () => {
    const starts = (t: number): boolean => t === 0;
    expect(await lossAfter(5, starts)).toBe(await lossAfter(-1, starts));
  });

  test('reaches it where one sequence continues', async () => {
    const oneStarts = (t: number, sequence: number): boolean => t === 0 && sequence === 0;
    expect(await lossAfter(5, oneStarts)).not.toBe(await lossAfter(-1, oneStarts));
  });

  test('is the last latent of the batch', async () => {
    const step = await TrainStep.compile(compiled, worldModelTrainStep(nano), {
      parameters: nanoParameters(shapes),
    });
    await step.run(batch(0));
    const { deterministic, stochastic } = (await step.snapshot()).carried;
    expect(deterministic!.some((x) => x !== 0)).toBe(true);
    // One one-hot vector per variable and sequence.
    expect([...stochastic!].sort()).toEqual([
      ...Array<number>(stochastic!.length - nano.batchSize * 3).fill(0),
      ...Array<number>(nano.batchSize * 3).fill(1),
    ]);
    await step.dispose();
  });
});
