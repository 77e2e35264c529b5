import * as tf from '@tensorflow/tfjs-core';
import { layerNormalization } from '../../operations';
import { check, floats, image, imageInputs, type KernelCases } from './kernel-case';

export const normalizationCases: KernelCases = {
  LayerNormalization: [
    check([floats(4, 5), floats(5), floats(5)], (x, scale, offset) =>
      layerNormalization(x, scale, offset, 1e-3),
    ),
    check([floats(4, 1), floats(1), floats(1)], (x, scale, offset) =>
      layerNormalization(x, scale, offset, 1e-3),
    ),
    check([floats(1, 16), floats(16), floats(16)], (x, scale, offset) =>
      layerNormalization(x, scale, offset, 0.1),
    ),
    check([...imageInputs, floats(36), floats(36)], (x, f, scale, offset) =>
      layerNormalization(tf.reshape(image(x, f), [2, 36]), scale, offset, 1e-3),
    ),
  ],
};
