import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../../shared/random';
import { eagerEngine } from './eager-engine';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import { inverseNormal, layerNormalization, sampleStraightThrough, stopGradient } from './operations';
import { elementCount, type Engine, type NamedTensors, type Program } from './program';

const engines = [eagerEngine('cpu'), onnxRuntimeEngine({ threads: 1 })];

type Values = Record<string, Float32Array>;
type Shapes = Record<string, readonly number[]>;

function randomValues(shapes: Shapes, from = -1, to = 1): Values {
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const random = randomGenerator(1, name);
    return [
      name,
      Float32Array.from({ length: elementCount(shape) }, () => from + (to - from) * random.uniform()),
    ];
  });
  return Object.fromEntries(entries) as Values;
}

/** `loss` and, under `d <name>`, its gradient with respect to every input. */
function compileLoss(
  engine: Engine,
  shapes: Shapes,
  fn: (inputs: NamedTensors) => tf.Tensor,
): Promise<Program> {
  const names = Object.keys(shapes);
  return engine.compile({
    name: 'loss',
    state: {},
    inputs: Object.fromEntries(names.map((name) => [name, { shape: shapes[name]!, type: 'float32' }])),
    step: (_, inputs) => {
      const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
        tf.sum(fn(Object.fromEntries(names.map((name, index) => [name, tensors[index]!])))),
      )(names.map((name) => inputs[name]!));
      return {
        outputs: { loss: value, ...Object.fromEntries(grads.map((d, index) => [`d ${names[index]!}`, d])) },
      };
    },
  });
}

const STEP = 4e-3;

/** Central differences of the loss with respect to each element of one input. */
async function finiteDifferences(program: Program, values: Values, name: string): Promise<number[]> {
  const lossWith = async (index: number, offset: number): Promise<number> => {
    const changed = values[name]!.slice();
    changed[index]! += offset;
    return (await program.run({ ...values, [name]: changed }))['loss']![0]!;
  };
  const differences: number[] = [];
  for (let index = 0; index < values[name]!.length; index++) {
    differences.push(((await lossWith(index, STEP)) - (await lossWith(index, -STEP))) / (2 * STEP));
  }
  return differences;
}

/** Weights that make every element of a result count differently. */
const weigh = (x: tf.Tensor): tf.Tensor =>
  tf.mul(
    x,
    tf.tensor(
      Float32Array.from({ length: x.size }, (_, i) => Math.sin(1 + 2 * i)),
      x.shape,
    ),
  );

describe.each(engines)('layer normalisation on $id', (engine) => {
  const shapes = { x: [3, 5], scale: [5], offset: [5] };
  // Inputs near each other, so that epsilon matters too.
  const values = { ...randomValues(shapes), x: randomValues({ x: [3, 5] }, -0.2, 0.3)['x']! };

  test.each(['x', 'scale', 'offset'])(
    'has the gradient of finite differences with respect to %s',
    async (name) => {
      const program = await compileLoss(engine, shapes, ({ x, scale, offset }) =>
        weigh(layerNormalization(x!, scale!, offset!, 1e-2)),
      );
      const gradient = (await program.run(values))[`d ${name}`]!;
      const expected = await finiteDifferences(program, values, name);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
      gradient.forEach((element, index) => expect(Math.abs(element - expected[index]!)).toBeLessThan(4e-3));
      await program.dispose();
    },
  );

  test('gives each row its scale and offset', async () => {
    const program = await engine.compile({
      name: 'normalise',
      state: {},
      inputs: { x: { shape: [1, 4], type: 'float32' } },
      step: (_, { x }) => ({
        outputs: { y: layerNormalization(x!, tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0, 0, 0, 10]), 0.25) },
      }),
    });
    // Mean 2 and variance 2: the deviation with epsilon is 1.5.
    const { y } = await program.run({ x: Float32Array.of(0, 2, 2, 4) });
    [-4 / 3, 0, 0, 16 / 3 + 10].forEach((expected, index) => expect(y![index]).toBeCloseTo(expected, 5));
  });
});

describe.each(engines)('stopGradient on $id', (engine) => {
  test('passes the value and no gradient', async () => {
    const program = await compileLoss(engine, { x: [3] }, ({ x }) =>
      tf.add(tf.mul(x!, stopGradient(x!)), weigh(stopGradient(tf.exp(x!)))),
    );
    const x = Float32Array.of(0.5, -2, 3);
    const outputs = await program.run({ x });
    // d(x · sg(x)) = sg(x); without the stop it would be 2 x + w exp(x).
    expect([...outputs['d x']!]).toEqual([...x]);
    const exact = x.reduce(
      (sum, element, i) => sum + element * element + Math.sin(1 + 2 * i) * Math.exp(element),
      0,
    );
    expect(outputs['loss']![0]).toBeCloseTo(exact, 4);
  });

  test('has the gradient zero where it is all there is', async () => {
    const program = await compileLoss(engine, { x: [3], y: [3] }, ({ x, y }) =>
      tf.add(weigh(stopGradient(tf.square(x!))), tf.mul(tf.mul(x!, 0), y!)),
    );
    const outputs = await program.run({ x: Float32Array.of(1, 2, 3), y: Float32Array.of(1, 1, 1) });
    expect(outputs['loss']![0]).not.toBe(0);
    expect([...outputs['d x']!].map(Math.abs)).toEqual([0, 0, 0]);
  });

  test('keeps no memory', async () => {
    const program = await compileLoss(engine, { x: [3] }, ({ x }) => tf.mul(x!, stopGradient(tf.exp(x!))));
    const run = () => program.run({ x: Float32Array.of(1, 2, 3) });
    const first = await run();
    const { numTensors, numDataBuffers } = tf.memory();
    expect((await run())['d x']).toEqual(first['d x']);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });
});

describe.each(engines)('straight-through samples on $id', (engine) => {
  async function draw(probabilities: readonly number[], uniforms: ArrayLike<number>): Promise<number[][]> {
    const rows = uniforms.length;
    const classes = probabilities.length;
    const program = await engine.compile({
      name: 'draw',
      state: {},
      inputs: { p: { shape: [rows, classes], type: 'float32' }, u: { shape: [rows, 1], type: 'float32' } },
      step: (_, { p, u }) => ({ outputs: { z: sampleStraightThrough(p as tf.Tensor2D, u as tf.Tensor2D) } }),
    });
    const p = Float32Array.from({ length: rows * classes }, (_, i) => probabilities[i % classes]!);
    const z = (await program.run({ p, u: Float32Array.from(uniforms) }))['z']!;
    await program.dispose();
    return Array.from({ length: rows }, (_, row) => [...z.slice(row * classes, (row + 1) * classes)]);
  }

  const classOf = (oneHot: number[]): number => {
    expect([...oneHot].sort()).toEqual([...Array<number>(oneHot.length - 1).fill(0), 1]);
    return oneHot.indexOf(1);
  };

  test('are one-hot, as often as their probabilities', async () => {
    const evenly = Float32Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    const counts = [0, 0, 0, 0];
    for (const row of await draw([0.1, 0.25, 0.05, 0.6], evenly)) counts[classOf(row)]!++;
    expect(counts).toEqual([100, 250, 50, 600]);
  });

  const LARGEST_UNIFORM = 1 - 2 ** -24;

  test('never fall outside the classes, nor on impossible ones', async () => {
    const extremes = [0, LARGEST_UNIFORM];
    const classes = async (probabilities: number[]): Promise<number[]> =>
      (await draw(probabilities, extremes)).map(classOf);
    expect(await classes([0.2, 0.3, 0.5])).toEqual([0, 2]);
    expect(await classes([0, 0.5, 0.5, 0])).toEqual([1, 2]);
    expect(await classes([1, 0, 0])).toEqual([0, 0]);
    expect(await classes([0, 0, 1])).toEqual([2, 2]);
    expect(await classes([0, 1])).toEqual([1, 1]);
  });

  test('survive probabilities whose rounded sum is not one', async () => {
    for (const classes of [3, 7, 10, 32]) {
      for (const total of [1 - 1e-6, 1, 1 + 1e-6]) {
        const [first, last] = await draw(Array<number>(classes).fill(total / classes), [0, LARGEST_UNIFORM]);
        expect(classOf(first!)).toBe(0);
        expect(classOf(last!)).toBe(classes - 1);
      }
    }
  });

  test('have the gradient of their probabilities', async () => {
    const shapes = { logits: [4, 3], u: [4, 1] };
    const logits = randomValues({ logits: [4, 3] }, -2, 2)['logits']!;
    const u = randomValues({ u: [4, 1] }, 0, 1)['u']!;
    const probabilities = (inputs: NamedTensors): tf.Tensor2D => tf.softmax(inputs['logits'] as tf.Tensor2D);
    const sampled = await compileLoss(engine, shapes, (inputs) =>
      weigh(sampleStraightThrough(probabilities(inputs), inputs['u'] as tf.Tensor2D)),
    );
    const expected = await compileLoss(engine, { logits: [4, 3] }, (inputs) => weigh(probabilities(inputs)));
    const outputs = await sampled.run({ logits, u });
    const gradient = (await expected.run({ logits }))['d logits']!;
    const differences = await finiteDifferences(expected, { logits }, 'logits');
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.1);
    outputs['d logits']!.forEach((element, index) => {
      expect(element).toBeCloseTo(gradient[index]!, 6);
      expect(Math.abs(element - differences[index]!)).toBeLessThan(2e-3);
    });
    expect([...outputs['d u']!]).toEqual([0, 0, 0, 0]);
  });
});

describe.each(engines)('normal quantiles on $id', (engine) => {
  test('are those of tables, and symmetric', async () => {
    // R's qnorm.
    const table: [number, number][] = [
      [0.5, 0],
      [0.6, 0.2533471031],
      [0.9, 1.281551566],
      [0.95, 1.644853627],
      [0.975, 1.959963985],
      [0.999, 3.090232306],
      [0.0001, -3.719016485],
      [0.00001, -4.264890794],
    ];
    const shapes = { uniform: [2 * table.length] };
    const program = await engine.compile({
      name: 'quantiles',
      state: {},
      inputs: { uniform: { shape: shapes.uniform, type: 'float32' } },
      step: (_, { uniform }) => ({ outputs: { x: inverseNormal(uniform!) } }),
    });
    const uniform = Float32Array.from(table.flatMap(([u]) => [u, 1 - u]));
    const { x } = await program.run({ uniform });
    table.forEach(([u, expected], index) => {
      // Near 1 a float32 has fewer digits left.
      expect(x![2 * index]).toBeCloseTo(expected, 4);
      expect(x![2 * index + 1]).toBeCloseTo(-expected, u < 0.001 || u > 0.999 ? 2 : 4);
    });
    const ends = await program.run({ uniform: uniform.fill(0, 0, 1).fill(1, 1, 2) });
    expect(ends['x']![0]).toBeCloseTo(-5.2, 1);
    expect(ends['x']![1]).toBeCloseTo(5.2, 1);
    await program.dispose();
  });

  test('have the gradient of finite differences', async () => {
    const values = randomValues({ uniform: [40] }, 0.06, 0.94);
    const program = await compileLoss(engine, { uniform: [40] }, ({ uniform }) =>
      weigh(inverseNormal(uniform!)),
    );
    const gradient = (await program.run(values))['d uniform']!;
    const expected = await finiteDifferences(program, values, 'uniform');
    gradient.forEach((element, index) => expect(Math.abs(element / expected[index]! - 1)).toBeLessThan(2e-2));
    await program.dispose();
  });
});
