import * as tf from '@tensorflow/tfjs-core';

/** What a case is given: uniform float32 in [from, to), or int32 in [0, below). */
export interface CaseInput {
  shape: readonly number[];
  from: number;
  to: number;
  type: 'float32' | 'int32';
}

/** A small computation in which the tested kernel takes part, on the forward path. */
export interface KernelCase {
  inputs: readonly CaseInput[];
  compute(...inputs: tf.Tensor[]): tf.Tensor | tf.Tensor[];
  /** False where TF.js has no gradient, or none that is right. */
  differentiable: boolean;
}

export type KernelCases = Readonly<Record<string, readonly KernelCase[]>>;

export const floats = (...shape: number[]): CaseInput => ({ shape, from: -1, to: 1, type: 'float32' });
export const positives = (...shape: number[]): CaseInput => ({ shape, from: 0.2, to: 2, type: 'float32' });
export const integers = (below: number, ...shape: number[]): CaseInput => ({
  shape,
  from: 0,
  to: below,
  type: 'int32',
});

export const check = (inputs: readonly CaseInput[], compute: KernelCase['compute']): KernelCase => ({
  inputs,
  compute,
  differentiable: true,
});

export const checkForward = (inputs: readonly CaseInput[], compute: KernelCase['compute']): KernelCase => ({
  inputs,
  compute,
  differentiable: false,
});

/** Inputs of `image`, whose result exists only in the channels-first layout: batch 2, 3 x 4 pixels, 3 channels. */
export const imageInputs = [floats(2, 4, 5, 2), floats(2, 2, 2, 3)];
export const image = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor4D =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid');

/** An operation on one operand: several ranks, a constant, and an image in the channels-first layout. */
export function unary(
  operation: (x: tf.Tensor) => tf.Tensor,
  inputs: (...shape: number[]) => CaseInput = floats,
): KernelCase[] {
  const positive = inputs(1).from > 0;
  return [
    check([inputs(3, 4)], operation),
    check([inputs()], operation),
    check([inputs(2, 3, 2)], (x) => operation(tf.mul(x, operation(tf.fill([2], 0.75))))),
    check(imageInputs, (x, f) => operation(positive ? tf.add(tf.square(image(x, f)), 0.3) : image(x, f))),
  ];
}
