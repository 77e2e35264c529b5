import * as tf from '@tensorflow/tfjs-core';
import { sampleStraightThrough } from '../../../tensor/operations';
import type { Distribution } from './distribution';

/** Over discrete actions; the head is their logits. */
export const categorical = (actions: number): Distribution => ({
  headSize: actions,
  noiseSize: 1,
  sample: (logits, uniform) => sampleStraightThrough(tf.softmax(logits), uniform),
  preferred: (logits) =>
    tf.oneHot(tf.argMax(logits, 1) as tf.Tensor1D, actions, 1, 0, 'float32') as tf.Tensor2D,
  logProbability: (logits, oneHot) => tf.sum(tf.mul(tf.logSoftmax(logits), oneHot), 1),
  entropy: (logits) => {
    const logProbabilities = tf.logSoftmax(logits);
    return tf.neg(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1));
  },
});
