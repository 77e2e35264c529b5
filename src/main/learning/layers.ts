import * as tf from '@tensorflow/tfjs-core';
import { layerNormalization } from '../tensor/operations';
import type { NamedTensors } from '../tensor/program';

/** Layer-norm ε of the released code. */
const LAYER_NORMALIZATION_EPSILON = 1e-3;

/** x W + b, with `name/weight` `[in, out]` and, where it exists, `name/bias` `[out]`. */
export function linear(parameters: NamedTensors, name: string, x: tf.Tensor): tf.Tensor {
  const product = tf.matMul(x, parameters[`${name}/weight`]!);
  const bias = parameters[`${name}/bias`];
  return bias ? tf.add(product, bias) : product;
}

/** ELU(LayerNorm(x)), with `name/scale` and `name/offset`. */
export function normalizedElu(parameters: NamedTensors, name: string, x: tf.Tensor): tf.Tensor {
  const scale = parameters[`${name}/scale`]!;
  return tf.elu(layerNormalization(x, scale, parameters[`${name}/offset`]!, LAYER_NORMALIZATION_EPSILON));
}

/**
 * A gated recurrent unit as PyTorch's GRUCell computes it: gates in the order reset, update, candidate, and the
 * candidate's recurrent bias inside the reset gate.
 * @param x `[batch, in]`
 * @param h `[batch, size]`
 * @returns the next h `[batch, size]`
 */
export function gatedRecurrentUnit(
  parameters: NamedTensors,
  name: string,
  x: tf.Tensor,
  h: tf.Tensor,
): tf.Tensor {
  const size = h.shape[1]!;
  const gatesAndCandidate = (product: tf.Tensor): tf.Tensor[] => tf.split(product, [2 * size, size], 1);
  const [inputGates, inputCandidate] = gatesAndCandidate(linear(parameters, `${name}/input`, x));
  const [stateGates, stateCandidate] = gatesAndCandidate(linear(parameters, `${name}/recurrent`, h));
  const [reset, update] = tf.split(tf.sigmoid(tf.add(inputGates!, stateGates!)), 2, 1);
  const candidate = tf.tanh(tf.add(inputCandidate!, tf.mul(reset!, stateCandidate!)));
  // (1 - u) c + u h, written with one product less.
  return tf.add(candidate, tf.mul(update!, tf.sub(h, candidate)));
}

/** Hidden layers `name/0 … name/depth-1` with ReLU, then the linear head `name/head`. */
export function multilayerPerceptron(
  parameters: NamedTensors,
  name: string,
  depth: number,
  x: tf.Tensor,
): tf.Tensor {
  let hidden = x;
  for (let layer = 0; layer < depth; layer++)
    hidden = tf.relu(linear(parameters, `${name}/${layer}`, hidden));
  return linear(parameters, `${name}/head`, hidden);
}
