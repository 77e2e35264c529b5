import type * as tf from '@tensorflow/tfjs-core';

/**
 * How a policy spreads its actions, as functions of what its network puts out: the head `[rows, headSize]`. Actions are
 * vectors `[rows, actions]`, one-hot if discrete; components of continuous ones are independent.
 */
export interface Distribution {
  /** Outputs of the network. */
  headSize: number;
  /** Uniform numbers that a sample takes. */
  noiseSize: number;
  /** Draws with `uniform` `[rows, noiseSize]` in [0, 1); the gradient goes through the sample to the head. */
  sample(head: tf.Tensor2D, uniform: tf.Tensor2D): tf.Tensor2D;
  /** The most likely action; of a tanh-normal the median. */
  preferred(head: tf.Tensor2D): tf.Tensor2D;
  /** log π(a) `[rows]`, in nats. */
  logProbability(head: tf.Tensor2D, actions: tf.Tensor2D): tf.Tensor1D;
  /** H(π) `[rows]`, in nats. */
  entropy(head: tf.Tensor2D): tf.Tensor1D;
}
