import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/*
 * TF.js's gradients, but for those of sums and means: theirs multiply by tensors of ones, of which a step of a large model has
 * tens of millions of numbers, all made and looked at while it is traced. A fill says the same in one.
 */

type Gradient = (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor;

const GRADIENTS: Readonly<Record<string, Gradient>> = {
  Sum: (dy) => dy,
  Mean: (dy, x) => tf.div(dy, x.size / dy.size),
};

for (const [kernelName, gradient] of Object.entries(GRADIENTS)) {
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [tf.Tensor];
      const axes = tf.util.parseAxisParam(attributes['axis'] as number | number[], x.shape);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const each = tf.reshape(gradient(dy as tf.Tensor, x), kept);
      return { x: () => tf.mul(each, tf.fill(x.shape, 1)) };
    },
  });
}
