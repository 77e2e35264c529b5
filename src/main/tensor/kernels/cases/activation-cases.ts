import * as tf from '@tensorflow/tfjs-core';
import { check, checkForward, floats, image, imageInputs, unary, type KernelCases } from './kernel-case';

export const activationCases: KernelCases = {
  Elu: [...unary(tf.elu), check([floats(80, 64)], (x) => tf.elu(x))],
  EluGrad: [
    // TF.js has no second derivative of ELU: its first is the forward path here.
    checkForward([floats(3, 4), floats(3, 4)], (x, w) => tf.grad((v) => tf.sum(tf.mul(tf.elu(v), w)))(x)),
    checkForward(imageInputs, (x, f) => tf.grad((g) => tf.sum(tf.elu(image(x, g))))(f)),
    checkForward([...imageInputs, floats(2, 3, 4, 3)], (x, f, w) =>
      tf.grad((g) => tf.sum(tf.mul(tf.elu(image(x, g)), w)))(f),
    ),
  ],
  Relu: [
    ...unary(tf.relu),
    // What is above zero is told from the result.
    check([floats(3, 4)], (x) => tf.mul(tf.relu(x), tf.step(x))),
    checkForward([floats(3, 4)], (x) => tf.add(tf.relu(x), tf.step(x, 0.5))),
  ],
  Sigmoid: unary(tf.sigmoid),
  Softplus: unary(tf.softplus),
  Step: [...unary((x) => tf.step(x)), ...unary((x) => tf.step(x, -1)), ...unary((x) => tf.step(x, 0.25))],
  Tanh: unary(tf.tanh),
};
