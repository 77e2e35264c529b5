import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { gatedRecurrentUnit, linear, multilayerPerceptron, normalizedElu } from './layers';
import { randomTensor } from './testing/nano';

tf.enableProdMode();

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One column of x W + b for one row of x. */
function affine(x: Float32Array, weight: Float32Array, bias: Float32Array, column: number): number {
  const columns = bias.length;
  return x.reduce((sum, element, row) => sum + element * weight[row * columns + column]!, bias[column]!);
}

/** torch.nn.GRUCell's formulas, for one row; its gates stand in the order r, z, n. */
function pytorchGruCell(
  x: Float32Array,
  h: Float32Array,
  weights: Record<'wi' | 'bi' | 'wh' | 'bh', Float32Array>,
) {
  const size = h.length;
  return h.map((previous, unit) => {
    const fromInput = (gate: number): number => affine(x, weights.wi, weights.bi, gate * size + unit);
    const fromState = (gate: number): number => affine(h, weights.wh, weights.bh, gate * size + unit);
    const r = sigmoid(fromInput(0) + fromState(0));
    const z = sigmoid(fromInput(1) + fromState(1));
    const n = Math.tanh(fromInput(2) + r * fromState(2));
    return (1 - z) * n + z * previous;
  });
}

test("the recurrent unit is PyTorch's GRUCell", () => {
  const [batch, inputs, size] = [3, 4, 5];
  const weights = {
    wi: randomTensor([inputs, 3 * size], 'wi'),
    bi: randomTensor([3 * size], 'bi'),
    wh: randomTensor([size, 3 * size], 'wh'),
    bh: randomTensor([3 * size], 'bh'),
  };
  const parameters = {
    'cell/input/weight': tf.tensor2d(weights.wi, [inputs, 3 * size]),
    'cell/input/bias': tf.tensor1d(weights.bi),
    'cell/recurrent/weight': tf.tensor2d(weights.wh, [size, 3 * size]),
    'cell/recurrent/bias': tf.tensor1d(weights.bh),
  };
  const x = randomTensor([batch, inputs], 'x', -2, 2);
  const h = randomTensor([batch, size], 'h');
  const next = gatedRecurrentUnit(
    parameters,
    'cell',
    tf.tensor2d(x, [batch, inputs]),
    tf.tensor2d(h, [batch, size]),
  );
  const actual = next.dataSync();
  for (let row = 0; row < batch; row++) {
    const expected = pytorchGruCell(
      x.subarray(row * inputs, (row + 1) * inputs),
      h.subarray(row * size, (row + 1) * size),
      weights,
    );
    expected.forEach((value, unit) => expect(actual[row * size + unit]).toBeCloseTo(value, 5));
  }
});

test('a linear layer works with and without bias', () => {
  const x = tf.tensor2d([[1, 2]]);
  const weight = tf.tensor2d([
    [1, 10],
    [100, 1000],
  ]);
  expect([...linear({ 'a/weight': weight }, 'a', x).dataSync()]).toEqual([201, 2010]);
  const withBias = linear({ 'a/weight': weight, 'a/bias': tf.tensor1d([0.5, -1]) }, 'a', x);
  expect([...withBias.dataSync()]).toEqual([201.5, 2009]);
});

test('a normalised layer is ELU after the normalisation', () => {
  const parameters = { 'n/scale': tf.tensor1d([1, 1, 2]), 'n/offset': tf.tensor1d([0, 0, 1]) };
  const [low, middle, high] = normalizedElu(parameters, 'n', tf.tensor2d([[-30, 0, 30]])).dataSync();
  // Mean 0, variance 600: the epsilon of 0.001 hardly counts.
  const unit = 30 / Math.sqrt(600);
  expect(low).toBeCloseTo(Math.exp(-unit) - 1, 5);
  expect(middle).toBeCloseTo(0, 5);
  expect(high).toBeCloseTo(2 * unit + 1, 5);
});

test('a perceptron has ReLU between its layers and none behind its head', () => {
  const parameters = {
    'p/0/weight': tf.tensor2d([[1, -1]]),
    'p/0/bias': tf.tensor1d([0, 0]),
    'p/1/weight': tf.tensor2d([
      [2, 0],
      [0, 3],
    ]),
    'p/1/bias': tf.tensor1d([0, -1]),
    'p/head/weight': tf.tensor2d([[1], [-10]]),
    'p/head/bias': tf.tensor1d([0.5]),
  };
  // 4 → (4, 0) → (8, 0) → 8.5 and -4 → (0, 4) → (0, 11) → -109.5
  const x = tf.tensor2d([[4], [-4]]);
  expect([...multilayerPerceptron(parameters, 'p', 2, x).dataSync()]).toEqual([8.5, -109.5]);
});
