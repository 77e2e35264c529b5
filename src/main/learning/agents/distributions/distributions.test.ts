import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { continuousDistributions } from '../../../../shared/configuration/agent-fields';
import { randomGenerator } from '../../../../shared/random';
import { eagerEngine } from '../../../tensor/eager-engine';
import { onnxRuntimeEngine } from '../../../tensor/onnxruntime-engine';
import type { Engine, Program } from '../../../tensor/program';
import { distributionOf } from './index';

const engines = [eagerEngine('cpu'), onnxRuntimeEngine({ threads: 1 })];
/** Raw mean and deviation of one component: centred, leaning, narrow, wide, and pressed against a bound. */
const HEADS = [
  [0, 0],
  [0.4, -1],
  [-0.9, -5],
  [0.3, 1.5],
  [1.6, -2],
] as const;

const continuous = continuousDistributions.map((name) => ({
  name,
  of: (actions: number) => distributionOf({ actionKind: 'continuous', actionDistribution: name, actions }),
}));
type Continuous = (typeof continuous)[number];

/** Everything that a distribution of one component says, for `rows` heads and actions. */
function program(engine: Engine, { of }: Continuous, rows: number): Promise<Program> {
  const { logProbability, entropy, sample, preferred } = of(1);
  return engine.compile({
    name: 'distribution',
    state: {},
    inputs: {
      head: { shape: [rows, 2], type: 'float32' },
      actions: { shape: [rows, 1], type: 'float32' },
      uniform: { shape: [rows, 1], type: 'float32' },
    },
    step: (_, inputs) => {
      const head = inputs['head'] as tf.Tensor2D;
      const gradient = (fn: (x: tf.Tensor2D) => tf.Tensor): tf.Tensor =>
        tf.grad((x: tf.Tensor) => tf.sum(fn(x as tf.Tensor2D)))(head);
      const actions = inputs['actions'] as tf.Tensor2D;
      const uniform = inputs['uniform'] as tf.Tensor2D;
      return {
        outputs: {
          logProbability: logProbability(head, actions),
          entropy: entropy(head),
          sample: sample(head, uniform),
          preferred: preferred(head),
          'd logProbability': gradient((x) => logProbability(x, actions)),
          'd entropy': gradient(entropy),
          'd sample': gradient((x) => sample(x, uniform)),
        },
      };
    },
  });
}

const NODES = 4001;
/** From -1 to 1, denser towards the bounds, where a tanh-normal may rise steeply. */
const GRID = Float32Array.from({ length: NODES }, (_, i) =>
  Math.sin((Math.PI / 2) * ((2 * i) / (NODES - 1) - 1)),
);

/** The trapezoidal rule on `GRID`; with `to`, up to there. */
function integral(values: (index: number) => number, to = 1): number {
  let sum = 0;
  for (let i = 1; i < NODES; i++) {
    const [left, right] = [GRID[i - 1]!, Math.min(GRID[i]!, to)];
    if (right <= left) break;
    const share = (right - left) / (GRID[i]! - left);
    const last = values(i - 1) + share * (values(i) - values(i - 1));
    sum += ((right - left) * (values(i - 1) + last)) / 2;
  }
  return sum;
}

describe.each(engines)('on $id', (engine) => {
  describe.each(continuous)('a $name', (distribution) => {
    test.each(HEADS)(
      'of head %f, %f: density, entropy and samples are those of its integrals',
      async (...head) => {
        const compiled = await program(engine, distribution, NODES);
        // Samples of the quantiles 0.02, 0.04, …
        const uniform = Float32Array.from({ length: NODES }, (_, i) => ((i % 49) + 1) / 50);
        const outputs = await compiled.run({
          head: Float32Array.from({ length: 2 * NODES }, (_, i) => head[i % 2]!),
          actions: GRID,
          uniform,
        });
        await compiled.dispose();
        const log = outputs['logProbability']!;
        const density = (i: number): number => Math.exp(log[i]!);
        expect(integral(density)).toBeCloseTo(1, 3);
        const entropy = -integral((i) => density(i) * log[i]!);
        expect(outputs['entropy']![0]).toBeCloseTo(entropy, 2);
        for (let i = 0; i < 49; i++) {
          expect(integral(density, outputs['sample']![i]!)).toBeCloseTo(uniform[i]!, 3);
        }
      },
    );

    test('has the gradients of finite differences', async () => {
      const rows = 60;
      const random = randomGenerator(5, distribution.name);
      const between = (low: number, high: number): number => low + (high - low) * random.uniform();
      const head = Float32Array.from({ length: 2 * rows }, (_, i) =>
        i % 2 ? between(-3, 2) : between(-1, 1),
      );
      const actions = Float32Array.from({ length: rows }, () => between(-0.9, 0.9));
      const uniform = Float32Array.from({ length: rows }, () => between(0.05, 0.95));
      const compiled = await program(engine, distribution, rows);
      const run = (heads: Float32Array) => compiled.run({ head: heads, actions, uniform });
      const outputs = await run(head);
      const step = 2e-3;
      for (const part of [0, 1]) {
        const moved = (by: number) => head.map((value, i) => (i % 2 === part ? value + by : value));
        const [above, below] = [await run(moved(step)), await run(moved(-step))];
        for (const name of ['logProbability', 'entropy', 'sample']) {
          for (let row = 0; row < rows; row++) {
            const expected = (above[name]![row]! - below[name]![row]!) / (2 * step);
            const actual = outputs[`d ${name}`]![2 * row + part]!;
            const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
            expect(error, `${name} by ${part} in row ${row}`).toBeLessThan(5e-3);
          }
        }
      }
      await compiled.dispose();
    });

    test('prefers what lies in its middle, and stays finite at the bounds', async () => {
      const compiled = await program(engine, distribution, 4);
      const { logProbability, sample, preferred, ...rest } = await compiled.run({
        head: Float32Array.of(0, 0, 40, -40, -40, 40, 40, 40),
        actions: Float32Array.of(1, 1, -1, -1),
        uniform: Float32Array.of(0.5, 0, 0.999999, 0),
      });
      await compiled.dispose();
      expect(preferred![0]).toBeCloseTo(0, 6);
      expect(sample![0]).toBeCloseTo(0, 5);
      expect([...sample!].every((value) => value >= -1 && value <= 1)).toBe(true);
      for (const values of [logProbability!, ...Object.values(rest)]) {
        expect([...values].every(Number.isFinite)).toBe(true);
      }
    });
  });
});

test('components are independent: their log-probabilities and entropies add up', async () => {
  const [engine] = engines;
  for (const { of } of continuous) {
    const run = async (components: number, head: number[], actions: number[]) => {
      const { logProbability, entropy, headSize } = of(components);
      expect(headSize).toBe(head.length);
      const compiled = await engine!.compile({
        name: 'components',
        state: {},
        inputs: {
          head: { shape: [1, headSize], type: 'float32' },
          actions: { shape: [1, components], type: 'float32' },
        },
        step: (_, inputs) => ({
          outputs: {
            log: logProbability(inputs['head'] as tf.Tensor2D, inputs['actions'] as tf.Tensor2D),
            entropy: entropy(inputs['head'] as tf.Tensor2D),
          },
        }),
      });
      const outputs = await compiled.run({
        head: Float32Array.from(head),
        actions: Float32Array.from(actions),
      });
      return [outputs['log']![0]!, outputs['entropy']![0]!];
    };
    const both = await run(2, [0.3, -0.5, 0.1, -1], [0.2, -0.7]);
    const one = await run(1, [0.3, 0.1], [0.2]);
    const other = await run(1, [-0.5, -1], [-0.7]);
    both.forEach((value, index) => expect(value).toBeCloseTo(one[index]! + other[index]!, 5));
  }
});
