import * as tf from '@tensorflow/tfjs-core';

/** Keeps 0 / 0 finite when both latents are zero. */
const TINY = 1e-12;

/**
 * The paper's eq. 8: the inner product of two latents over the square of the longer one's norm. 1 where they are
 * equal, symmetric, and at most 1; unlike the cosine it also sees a difference in length.
 * @param expert `[rows, features]`
 * @param agent `[rows, features]`
 * @returns `[rows]`
 */
export function maxCosine(expert: tf.Tensor2D, agent: tf.Tensor2D): tf.Tensor1D {
  const product = tf.sum(tf.mul(expert, agent), 1);
  const longer = tf.maximum(tf.sum(tf.square(expert), 1), tf.sum(tf.square(agent), 1));
  return tf.div(product, tf.maximum(longer, TINY)) as tf.Tensor1D;
}

/**
 * λ-returns (eq. 14): V_t = r_t + γ ((1 - λ) v_{t+1} + λ V_{t+1}), and V_H = v_H.
 * @param rewards r_0 … r_{H-1}, each `[batch]`; r_t is earned on the way from state t to state t + 1
 * @param values v_0 … v_H, each `[batch]`
 * @returns V_0 … V_{H-1}, each `[batch]`
 */
export function lambdaReturns(
  rewards: tf.Tensor[],
  values: tf.Tensor[],
  discount: number,
  lambda: number,
): tf.Tensor[] {
  const horizon = rewards.length;
  const returns = new Array<tf.Tensor>(horizon);
  let following = values[horizon]!;
  for (let t = horizon - 1; t >= 0; t--) {
    const bootstrap = tf.add(tf.mul(1 - lambda, values[t + 1]!), tf.mul(lambda, following));
    following = tf.add(rewards[t]!, tf.mul(discount, bootstrap));
    returns[t] = following;
  }
  return returns;
}
