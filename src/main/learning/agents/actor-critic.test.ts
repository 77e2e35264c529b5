import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { lambdaReturns } from './actor-critic';

tf.enableProdMode();

describe('λ-returns', () => {
  const rewards = [tf.tensor1d([1, 0]), tf.tensor1d([2, 0]), tf.tensor1d([3, 1])];
  // v_0 takes no part.
  const values = [tf.tensor1d([99, 99]), tf.tensor1d([10, 0]), tf.tensor1d([20, 0]), tf.tensor1d([30, -1])];
  const compute = (discount: number, lambda: number): number[][] =>
    lambdaReturns(rewards, values, discount, lambda).map((row) => [...row.dataSync()]);

  test('are those of eq. 14', () => {
    // γ = 0.9, λ = 0.8, first column:
    // V_2 = 3 + 0.9 · 30                       = 30
    // V_1 = 2 + 0.9 · (0.2 · 20 + 0.8 · 30)    = 27.2
    // V_0 = 1 + 0.9 · (0.2 · 10 + 0.8 · 27.2)  = 22.384
    // Second column: V_2 = 1 - 0.9 = 0.1; V_1 = 0.9 · 0.8 · 0.1 = 0.072; V_0 = 0.9 · 0.8 · 0.072 = 0.05184
    const expected = [
      [22.384, 0.05184],
      [27.2, 0.072],
      [30, 0.1],
    ];
    compute(0.9, 0.8).forEach((row, t) =>
      row.forEach((value, column) => expect(value).toBeCloseTo(expected[t]![column]!, 4)),
    );
  });

  test('look one step ahead for λ = 0, and to the end for λ = 1', () => {
    expect(compute(0.5, 0).map(([first]) => first)).toEqual([1 + 5, 2 + 10, 3 + 15]);
    // 3 + 30 / 2; 2 + 18 / 2; 1 + 11 / 2
    expect(compute(0.5, 1).map(([first]) => first)).toEqual([6.5, 11, 18]);
  });
});
