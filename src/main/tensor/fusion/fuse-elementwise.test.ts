import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { randomGenerator, type RandomGenerator } from '../../../shared/random';
import { eagerEngine } from '../eager-engine';
import { onnxRuntimeEngine } from '../onnxruntime-engine';
import type { Engine, ProgramDefinition } from '../program';
import { expectClose } from '../testing/compare';
import { trace } from '../tracing-backend';

type Step = (x: tf.Tensor) => tf.Tensor[];

/** The operators of a graph on `x`, `[4, 6]`, as they are written where our own operators are. */
function operators(step: Step): Record<string, number> {
  const inputs = { x: { shape: [4, 6], type: 'float32' } } as const;
  const named = ({ x }: Record<string, tf.Tensor>): Record<string, tf.Tensor> =>
    Object.fromEntries(step(x!).map((value, index) => [`y${index}`, value]));
  return trace(inputs, named, { device: 'cpu', hasOwnOperators: true }).graph.operatorCounts();
}

const square = tf.tensor2d(
  Array.from({ length: 36 }, (_, index) => Math.sin(index) / 3),
  [6, 6],
);

describe('one operator is made of', () => {
  test('what reads each other, whatever broadcasts to it', () => {
    const graph = operators((x) => {
      const scaled = tf.mul(tf.sub(x, tf.mean(x, 1, true)), tf.tensor1d([1, 2, 3, 4, 5, 6]));
      return [scaled, tf.elu(tf.add(tf.exp(scaled), scaled))];
    });
    expect(graph).toEqual({ 'ditto:Sum': 1, 'ditto:Elementwise': 1 });
  });

  test('a reshape on the way, and truth values that become numbers', () => {
    const graph = operators((x) => {
      const flat = tf.reshape(tf.exp(x), [24]);
      return [tf.mul(flat, tf.cast(tf.greater(flat, 1), 'float32'))];
    });
    expect(graph).toEqual({ 'ditto:Elementwise': 1 });
  });

  test('what is made of a value long before it is read', () => {
    const graph = operators((x) => {
      const made = tf.sigmoid(x);
      const slope = tf.mul(tf.sub(1, made), made);
      let later = made;
      for (let count = 0; count < 40; count++) later = tf.matMul(later as tf.Tensor2D, square);
      return [later, tf.mul(later, slope)];
    });
    expect(graph).toEqual({ 'ditto:Elementwise': 2, MatMul: 40 });
  });

  test('what is read in another order', () => {
    expect(operators((x) => [tf.exp(tf.transpose(x))])).toEqual({ 'ditto:Elementwise': 1 });
  });
});

describe('one operator is not made of', () => {
  test('what a product stands between', () => {
    const graph = operators((x) => {
      const before = tf.exp(x);
      return [tf.mul(before, tf.matMul(before as tf.Tensor2D, square))];
    });
    expect(graph).toEqual({ 'ditto:Elementwise': 2, MatMul: 1 });
  });

  test('a value and what reads it in another order', () => {
    expect(operators((x) => [tf.tanh(tf.transpose(tf.exp(x)))])).toEqual({ 'ditto:Elementwise': 2 });
  });

  test('truth values that are read as they are', () => {
    const graph = operators((x) => [tf.cast(tf.greater(tf.exp(x), 1), 'int32')]);
    expect(graph).toMatchObject({ Greater: 1, Cast: 1 });
  });

  test('the derivative of a value and what made it, between which a whole step may lie', () => {
    const graph = operators((x) => {
      const made = tf.sigmoid(x);
      const later = tf.matMul(made as tf.Tensor2D, square);
      return [tf.mul(later, tf.sub(1, made))];
    });
    expect(graph).toEqual({ 'ditto:Elementwise': 2, MatMul: 1 });
  });
});

/** Values that broadcast against each other, or not. */
const SHAPES = [[4, 6], [6], [4, 1], [], [24], [2, 2, 6]];

const UNARY: ((x: tf.Tensor) => tf.Tensor)[] = [
  (x) => tf.exp(tf.clipByValue(x, -2, 2)),
  (x) => tf.sqrt(tf.add(tf.abs(x), 0.1)),
  (x) => tf.reciprocal(tf.add(tf.square(x), 1)),
  (x) => tf.step(x),
  tf.tanh,
  tf.sigmoid,
  tf.elu,
  tf.relu,
  tf.neg,
];

const BINARY: ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  tf.add,
  tf.sub,
  (a, b) => tf.tanh(tf.mul(a, b)),
  (a, b) => tf.div(a, tf.add(tf.abs(b), 1)),
  tf.maximum,
  tf.minimum,
  (a, b) => tf.cast(tf.lessEqual(a, b), 'float32'),
  (a, b) => tf.where(tf.greater(a, b), a, tf.mul(b, 0.5)),
  (a, b) => tf.cast(tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0.5)), 'float32'),
];

/** Changes the order or the number of elements. */
const OTHER: ((x: tf.Tensor) => tf.Tensor)[] = [
  (x) => (x.size === 24 ? tf.matMul(tf.reshape(x, [4, 6]), square) : x),
  (x) => (x.size === 24 ? tf.transpose(tf.reshape(x, [6, 4])) : x),
  (x) => (x.size === 24 ? tf.reshape(x, [24]) : x),
  (x) => (x.size === 24 ? tf.reshape(x, [4, 6]) : x),
  (x) => (x.rank === 2 ? tf.sum(x, 1, true) : x),
  (x) => tf.mean(x),
];

function canMeet(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => [at(a, axis), at(b, axis)]).every(
    ([left, right]) => left === right || left === 1 || right === 1,
  );
}

const pick = <Item>(random: RandomGenerator, items: readonly Item[]): Item =>
  items[random.integer(items.length)]!;

/** Some operations on whatever there is by then, many in every fourth program; the last values come out. */
function randomProgram(seed: number): ProgramDefinition {
  const operations = seed % 4 === 3 ? 200 : 30;
  const inputs = Object.fromEntries(
    SHAPES.map((shape, index) => [`x${index}`, { shape, type: 'float32' as const }]),
  );
  return {
    name: 'random',
    state: {},
    inputs,
    step: (_, given) => {
      const random = randomGenerator(seed, 'program');
      const values = Object.values(given);
      for (let count = 0; count < operations; count++) {
        const [a, b] = [pick(random, values.slice(-8)), pick(random, values)];
        const kind = random.uniform();
        if (kind < 0.3) values.push(pick(random, UNARY)(a));
        else if (kind < 0.5) values.push(pick(random, OTHER)(a));
        else if (canMeet(a.shape, b.shape)) values.push(pick(random, BINARY)(a, b));
      }
      return { outputs: Object.fromEntries(values.slice(-6).map((value, index) => [`y${index}`, value])) };
    },
  };
}

type Results = Record<string, Float32Array | Int32Array>;

async function results(engine: Engine, definition: ProgramDefinition, seed = 0): Promise<Results> {
  const program = await engine.compile(definition);
  const random = randomGenerator(seed, 'inputs');
  const numbers = (length: number): Float32Array =>
    Float32Array.from({ length }, () => 2 * random.uniform() - 1);
  const given = SHAPES.map((shape, index) => [`x${index}`, numbers(tf.util.sizeFromShape(shape))] as const);
  const outputs = await program.run(Object.fromEntries(given));
  await program.dispose();
  return outputs;
}

async function expectSame(definition: ProgramDefinition, seed?: number): Promise<void> {
  const fused = await results(onnxRuntimeEngine({ threads: 2 }), definition, seed);
  expectClose(fused, await results(eagerEngine('cpu'), definition, seed), 2e-5);
}

test.each(Array.from({ length: 60 }, (_, index) => index))(
  'random program %i computes the same',
  async (seed) => expectSame(randomProgram(seed), seed),
);

test('a reshape of what has no room for it computes the same', async () => {
  const inputs = Object.fromEntries(
    SHAPES.map((shape, index) => [`x${index}`, { shape, type: 'float32' as const }]),
  );
  // Of so many nodes that at some length the reshape is the first of another operator.
  const chain = (length: number, x: tf.Tensor): tf.Tensor =>
    Array.from({ length }).reduce<tf.Tensor>((value) => tf.tanh(value), tf.add(x, length / 40));
  const step: ProgramDefinition['step'] = (_, { x0 }) => {
    const lengths = Array.from({ length: 40 }, (_, length) => length);
    const outputs = lengths.map((length) => tf.exp(tf.reshape(chain(length, x0!), [6, 4])));
    return { outputs: Object.fromEntries(outputs.map((value, length) => [`y${length}`, value])) };
  };
  await expectSame({ name: 'reshapes', state: {}, inputs, step });
});
