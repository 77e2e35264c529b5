import * as tf from '@tensorflow/tfjs-core';

/** How alike two latents are: 1 - d, for the distance d of the paper's eq. 7. */
export type RewardMeasure = 'max-cosine' | 'cosine' | 'l2';

/** All that a measure looks at, for one pair of latents or for many: shapes broadcast. */
interface Pairs {
  /** a · b */
  product: tf.Tensor;
  /** |a|² and |b|² */
  squares: readonly [tf.Tensor, tf.Tensor];
  /** |a - b|² */
  squaredDistance(): tf.Tensor;
}

/** Keeps 0 / 0 finite when both latents are zero. */
const TINY = 1e-12;

/** Each is 1 for equal latents, symmetric, bounded, and blind to a scale that both latents share. */
const measures: Readonly<Record<RewardMeasure, (pairs: Pairs) => tf.Tensor>> = {
  /** The paper's eq. 8: a · b / max(|a|, |b|)², in [-1, 1]. Unlike the cosine it also sees a difference in length. */
  'max-cosine': ({ product, squares: [a, b] }) => tf.div(product, tf.maximum(tf.maximum(a, b), TINY)),
  /** a · b / (|a| |b|), in [-1, 1]. */
  cosine: ({ product, squares: [a, b] }) => tf.div(product, tf.maximum(tf.sqrt(tf.mul(a, b)), TINY)),
  /**
   * 1 - |a - b| / (|a| + |b|), in [0, 1]. The paper compares with an L2 reward (below its eq. 8) without printing it, and
   * the released code has none; 1 - |a - b| alone has no lower bound, while the paper's corollary A.1 asks for a reward
   * between 0 and 1. The divisor is the largest distance that latents of these lengths can have.
   */
  l2: ({ squares: [a, b], squaredDistance }) =>
    tf.sub(1, tf.div(tf.sqrt(squaredDistance()), tf.maximum(tf.add(tf.sqrt(a), tf.sqrt(b)), TINY))),
};

/**
 * Rewards for matching the expert's latent of the same step: eq. 8, or another measure in its place.
 * @param expert `[rows, features]`
 * @param agent `[rows, features]`
 * @returns `[rows]`
 */
export function latentReward(measure: RewardMeasure, expert: tf.Tensor2D, agent: tf.Tensor2D): tf.Tensor1D {
  return measures[measure]({
    product: tf.sum(tf.mul(expert, agent), 1),
    squares: [squaredLengths(expert), squaredLengths(agent)],
    squaredDistance: () => squaredLengths(tf.sub(expert, agent) as tf.Tensor2D),
  }) as tf.Tensor1D;
}

/** Eq. 8 itself, by which latent distances L_d = 1 - r are measured whatever the agent was rewarded by. */
export const maxCosine = (expert: tf.Tensor2D, agent: tf.Tensor2D): tf.Tensor1D =>
  latentReward('max-cosine', expert, agent);

/**
 * Expert latents that are compared at once. Of the sizes tried, 128 to 4096, none was clearly faster, and this one's
 * block of products stays small.
 */
const CHUNK = 1024;

/**
 * Rewards for matching any latent of the expert (eq. 7): 1 - min over D_E of d, exactly. Chunks of D_E are compared with
 * all agent latents by one matrix product each, so the block of all pairs is never in memory as a whole.
 * @param experts D_E, `[latents, features]`
 * @param agent `[rows, features]`
 * @returns `[rows]`
 */
export function nearestReward(measure: RewardMeasure, experts: tf.Tensor2D, agent: tf.Tensor2D): tf.Tensor1D {
  const [latents, features] = experts.shape;
  const agentSquares = tf.reshape(squaredLengths(agent), [-1, 1]);
  let best: tf.Tensor | undefined;
  for (let start = 0; start < latents; start += CHUNK) {
    const size = Math.min(CHUNK, latents - start);
    const chunk = tf.slice(experts, [start, 0], [size, features]);
    const product = tf.matMul(agent, chunk, false, true);
    const squares = [agentSquares, tf.reshape(squaredLengths(chunk), [1, size])] as const;
    // Rounding may take the distance of two equal latents below zero.
    const squaredDistance = (): tf.Tensor => tf.relu(tf.sub(tf.add(...squares), tf.mul(2, product)));
    const highest = tf.max(measures[measure]({ product, squares, squaredDistance }), 1);
    best = best ? tf.maximum(best, highest) : highest;
  }
  return best as tf.Tensor1D;
}

const squaredLengths = (latents: tf.Tensor2D): tf.Tensor1D => tf.sum(tf.square(latents), 1) as tf.Tensor1D;
