import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { onnxRuntimeEngine } from '../tensor/onnxruntime-engine';
import { latentReward, maxCosine, nearestReward, type RewardMeasure } from './rewards';
import { randomTensor } from './testing/nano';

tf.enableProdMode();

const measures = ['max-cosine', 'cosine', 'l2'] as const;
const matrix = (shape: [number, number], stream: string, from = -1, to = 1): tf.Tensor2D =>
  tf.tensor2d(randomTensor(shape, stream, from, to), shape);
const reward = (measure: RewardMeasure, a: number[][], b: number[][]): number[] => [
  ...latentReward(measure, tf.tensor2d(a), tf.tensor2d(b)).dataSync(),
];

describe('the reward of eq. 8', () => {
  test('is the inner product over the longer square', () => {
    expect(reward('max-cosine', [[3, 4]], [[1, 0]])[0]).toBeCloseTo(3 / 25, 6);
    expect(reward('max-cosine', [[1, 0]], [[3, 4]])[0]).toBeCloseTo(3 / 25, 6);
    expect(reward('max-cosine', [[1, 0]], [[0, 5]])).toEqual([0]);
    expect(reward('max-cosine', [[1, 2]], [[-1, -2]])[0]).toBeCloseTo(-1, 6);
  });

  test('sees a difference in length', () => {
    expect(reward('max-cosine', [[1, 1]], [[2, 2]])[0]).toBeCloseTo(0.5, 6);
    expect(reward('max-cosine', [[4, 4]], [[1, 1]])[0]).toBeCloseTo(0.25, 6);
  });

  test('has its own name, by which distances are measured', () => {
    const [a, b] = [matrix([20, 7], 'a'), matrix([20, 7], 'b')];
    expect(maxCosine(a, b).dataSync()).toEqual(latentReward('max-cosine', a, b).dataSync());
  });
});

test('the cosine is blind to lengths', () => {
  expect(reward('cosine', [[3, 4]], [[1, 0]])[0]).toBeCloseTo(3 / 5, 6);
  expect(reward('cosine', [[1, 1]], [[2, 2]])[0]).toBeCloseTo(1, 6);
  expect(reward('cosine', [[1, 2]], [[-10, -20]])[0]).toBeCloseTo(-1, 6);
});

test('the L2 reward is 1 less the distance over the largest that these lengths allow', () => {
  // |(3, 4) - (0, 4)| = 3, lengths 5 and 4
  expect(reward('l2', [[3, 4]], [[0, 4]])[0]).toBeCloseTo(1 - 3 / 9, 6);
  // Opposite latents are as far apart as they can be.
  expect(reward('l2', [[1, 2]], [[-10, -20]])[0]).toBeCloseTo(0, 6);
  expect(reward('l2', [[1, 1]], [[2, 2]])[0]).toBeCloseTo(1 - 1 / 3, 6);
});

describe.each(measures)('%s', (measure) => {
  const rows = 200;
  const a = matrix([rows, 7], 'a');
  const near = tf.add(a, matrix([rows, 7], 'b', -0.3, 0.3)) as tf.Tensor2D;
  const far = tf.mul(matrix([rows, 7], 'c'), tf.exp(matrix([rows, 1], 'length', -5, 5))) as tf.Tensor2D;
  const values = (x: tf.Tensor2D, y: tf.Tensor2D): Float32Array =>
    latentReward(measure, x, y).dataSync<'float32'>();

  test('is 1 for equals and less for others', () => {
    for (const one of values(a, a)) expect(one).toBeCloseTo(1, 6);
    for (const other of [...values(a, near), ...values(a, far)]) expect(other).toBeLessThan(0.9999);
  });

  test('is bounded, however different the lengths', () => {
    const least = measure === 'l2' ? 0 : -1;
    for (const [x, y] of [
      [a, far],
      [far, tf.neg(far) as tf.Tensor2D],
    ] as const) {
      for (const value of values(x, y)) expect(value).toBeGreaterThanOrEqual(least - 1e-6);
    }
  });

  test('is symmetric', () => {
    expect(values(a, far)).toEqual(values(far, a));
  });

  test('is blind to a scale that both share, and all but the cosine see that of one', () => {
    const scaled = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, 10);
    const alike = values(a, near);
    const both = values(scaled(a), scaled(near));
    const one = values(a, scaled(near));
    for (let row = 0; row < rows; row++) {
      expect(both[row]).toBeCloseTo(alike[row]!, 5);
      if (measure === 'cosine') expect(one[row]).toBeCloseTo(alike[row]!, 5);
      else expect(one[row]).toBeLessThan(0.6);
    }
  });

  test('falls as latents part', () => {
    const direction = matrix([rows, 7], 'direction', -0.2, 0.2);
    const at = (step: number): number =>
      tf.mean(latentReward(measure, a, tf.add(a, tf.mul(direction, step)))).dataSync()[0]!;
    expect([0, 1, 2, 4, 8].map(at)).toEqual([0, 1, 2, 4, 8].map(at).sort((x, y) => y - x));
    expect(at(8)).toBeLessThan(at(1) - 0.1);
  });

  test('is finite where latents are zero', () => {
    const zeros = [
      [0, 0],
      [0, 0],
      [1, 2],
    ];
    const others = [
      [0, 0],
      [1, 2],
      [0, 0],
    ];
    expect(reward(measure, zeros, others)).toEqual(measure === 'l2' ? [1, 0, 0] : [0, 0, 0]);
  });
});

describe.each(measures)('the nearest latent by %s (eq. 7)', (measure) => {
  const FEATURES = 7;
  const ROWS = 40;
  /** More than two chunks, the last one incomplete. */
  const LATENTS = 2500;
  const experts = matrix([LATENTS, FEATURES], 'experts');
  const agent = matrix([ROWS, FEATURES], 'agent');

  test('has the highest reward of all pairs', () => {
    const nearest = nearestReward(measure, experts, agent).dataSync();
    for (let row = 0; row < ROWS; row++) {
      const repeated = tf.tile(tf.slice(agent, [row, 0], [1, FEATURES]), [LATENTS, 1]);
      const highest = tf.max(latentReward(measure, experts, repeated)).dataSync()[0]!;
      expect(nearest[row]).toBeCloseTo(highest, 5);
    }
  });

  test('is found wherever it lies, and gives 1 if it is the same', () => {
    for (const place of [0, 1023, 1024, 2047, 2048, LATENTS - 1]) {
      const same = tf.slice(experts, [place, 0], [1, FEATURES]);
      const [found] = nearestReward(measure, experts, same).dataSync();
      // L2 takes a root of a rounding error.
      expect(found).toBeCloseTo(1, measure === 'l2' ? 3 : 5);
      const without = tf.concat([
        tf.slice(experts, [0, 0], [place, FEATURES]),
        tf.slice(experts, [place + 1, 0], [LATENTS - place - 1, FEATURES]),
      ]) as tf.Tensor2D;
      expect(nearestReward(measure, without, same).dataSync()[0]).toBeLessThan(0.98);
    }
  });

  test('never rewards less than the same step does, nor for fewer experts more', () => {
    const sameStep = latentReward(measure, tf.slice(experts, [0, 0], [ROWS, FEATURES]), agent).dataSync();
    const all = nearestReward(measure, experts, agent).dataSync();
    const few = nearestReward(measure, tf.slice(experts, [0, 0], [ROWS, FEATURES]), agent).dataSync();
    for (let row = 0; row < ROWS; row++) {
      expect(few[row]).toBeGreaterThanOrEqual(sameStep[row]! - 1e-6);
      expect(all[row]).toBeGreaterThanOrEqual(few[row]!);
    }
  });

  test('is computed alike by the compiled engine', async () => {
    const program = await onnxRuntimeEngine({ threads: 1 }).compile({
      name: 'nearest',
      state: { experts: experts.shape },
      inputs: { agent: { shape: agent.shape, type: 'float32' } },
      step: (state, inputs) => ({
        outputs: {
          nearest: nearestReward(measure, state['experts'] as tf.Tensor2D, inputs['agent'] as tf.Tensor2D),
        },
      }),
    });
    program.writeState({ experts: experts.dataSync<'float32'>() });
    const { nearest } = await program.run({ agent: agent.dataSync<'float32'>() });
    await program.dispose();
    const reference = nearestReward(measure, experts, agent).dataSync();
    nearest!.forEach((value, row) => expect(value).toBeCloseTo(reference[row]!, 5));
  });
});
