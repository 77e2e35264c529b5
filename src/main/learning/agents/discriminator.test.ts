import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { eagerEngine } from '../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../tensor/onnxruntime-engine';
import type { Engine, NamedValues, Program } from '../../tensor/program';
import { nanoParameters, randomTensor } from '../testing/nano';
import { discriminatorLogits, gradientPenalty, type GradientPenalty } from './discriminator';
import { perceptronShapes } from './policy';

const engines: [Engine][] = [[onnxRuntimeEngine({ threads: 1 })], [eagerEngine('cpu')]];
const [ROWS, INPUTS] = [5, 4];
const pairs = { expert: randomTensor([ROWS, INPUTS], 'e'), agent: randomTensor([ROWS, INPUTS], 'a') };
const given = { ...pairs, interpolation: randomTensor([ROWS, 1], 'i', 0, 1) };

const shapesOf = (hiddenLayers: number) =>
  perceptronShapes('discriminator', { hiddenLayers, hiddenUnits: 6 }, INPUTS, 1);

/** The penalty, and under `d <name>` its gradient by each parameter: a gradient of gradients. */
function compile(engine: Engine, kind: GradientPenalty, hiddenLayers: number): Promise<Program> {
  const shapes = shapesOf(hiddenLayers);
  const names = Object.keys(shapes);
  const rows = { shape: [ROWS, INPUTS], type: 'float32' } as const;
  return engine.compile({
    name: 'penalty',
    state: shapes,
    inputs: { expert: rows, agent: rows, interpolation: { shape: [ROWS, 1], type: 'float32' } },
    step: (state, inputs) => {
      const { expert, agent } = inputs as Record<'expert' | 'agent', tf.Tensor2D>;
      const architecture = { hiddenLayers, hiddenUnits: 6 };
      const penalty = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
        const { interpolation } = inputs;
        const value = gradientPenalty(kind, parameters, architecture, { expert, agent }, interpolation!);
        // So that every parameter has a gradient, if only of zero: biases have none in the penalty.
        const logits = discriminatorLogits(parameters, architecture, expert);
        return tf.add(value, tf.mul(0, tf.sum(logits)));
      };
      const { value, grads } = tf.valueAndGrads(penalty)(names.map((name) => state[name]!));
      const gradients = names.map((name, index) => [`d ${name}`, grads[index]!] as const);
      return { outputs: { penalty: value, ...Object.fromEntries(gradients) } };
    },
  });
}

describe.each(engines)('gradient penalties on $id', (engine) => {
  test('of a linear discriminator depend on its weights alone', async () => {
    const weights = [0.3, -0.4, 1.2, 0];
    const length = 1.3;
    const expected = { none: 0, 'wgan-gp': (length - 1) ** 2, r1: length ** 2 / 2 };
    for (const [kind, penalty] of Object.entries(expected)) {
      const program = await compile(engine, kind as GradientPenalty, 0);
      program.writeState({ 'discriminator/head/weight': Float32Array.from(weights) });
      expect((await program.run(given))['penalty']![0]).toBeCloseTo(penalty, 5);
      await program.dispose();
    }
  });

  test.each(['wgan-gp', 'r1'] as const)('%s has the gradient of finite differences', async (kind) => {
    const program = await compile(engine, kind, 2);
    const parameters: NamedValues = nanoParameters(shapesOf(2), 3);
    program.writeState(parameters);
    const outputs = await program.run(given);
    const STEP = 2e-3;
    const penaltyWith = async (name: string, index: number, offset: number): Promise<number> => {
      const changed = parameters[name]!.slice();
      changed[index]! += offset;
      program.writeState({ [name]: changed });
      const { penalty } = await program.run(given);
      program.writeState({ [name]: parameters[name]! });
      return penalty![0]!;
    };
    let largest = 0;
    for (const name of Object.keys(parameters).filter((one) => one.endsWith('/weight'))) {
      for (let index = 0; index < parameters[name]!.length; index += 3) {
        const difference =
          ((await penaltyWith(name, index, STEP)) - (await penaltyWith(name, index, -STEP))) / (2 * STEP);
        expect(Math.abs(outputs[`d ${name}`]![index]! - difference), `${name}[${index}]`).toBeLessThan(2e-3);
        largest = Math.max(largest, Math.abs(difference));
      }
    }
    expect(largest).toBeGreaterThan(0.1);
    await program.dispose();
  });
});

test('wgan-gp looks between agent and expert, r1 at the expert alone', async () => {
  const penalty = async (kind: GradientPenalty, changes: Partial<typeof given>): Promise<number> => {
    const program = await compile(engines[0]![0], kind, 2);
    program.writeState(nanoParameters(shapesOf(2), 3));
    const outputs = await program.run({ ...given, ...changes });
    await program.dispose();
    return outputs['penalty']![0]!;
  };
  const elsewhere = randomTensor([ROWS, INPUTS], 'elsewhere', -3, 3);
  const [all, none] = [new Float32Array(ROWS).fill(1), new Float32Array(ROWS)];
  expect(await penalty('r1', { agent: elsewhere })).toBe(await penalty('r1', {}));
  expect(await penalty('r1', { expert: elsewhere })).not.toBe(await penalty('r1', {}));
  expect(await penalty('wgan-gp', { agent: elsewhere })).not.toBe(await penalty('wgan-gp', {}));
  // At the ends it is one side alone.
  expect(await penalty('wgan-gp', { interpolation: none, expert: elsewhere })).toBe(
    await penalty('wgan-gp', { interpolation: none }),
  );
  expect(await penalty('wgan-gp', { interpolation: all })).toBeCloseTo(
    await penalty('wgan-gp', { interpolation: none, agent: given.expert }),
    6,
  );
});
