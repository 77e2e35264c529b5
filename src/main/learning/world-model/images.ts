import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../tensor/program';
import { DECODER_KERNELS, DECODER_SIZES, ENCODED_SIZE, ENCODER_KERNELS } from './architecture';
import { linear } from '../layers';

/** One scalar mean and deviation for all pixels of a dataset, as in the released code; units of grey levels. */
export interface PixelStatistics {
  mean: number;
  standardDeviation: number;
}

/** Grey levels 0 to 255 to zero mean and unit deviation. */
export function normalizePixels(images: tf.Tensor, { mean, standardDeviation }: PixelStatistics): tf.Tensor {
  return tf.mul(tf.sub(images, mean), 1 / standardDeviation);
}

/** Normalised pixels back to grey levels 0 to 255, whatever the model painted. */
export function greyLevels(images: tf.Tensor, { mean, standardDeviation }: PixelStatistics): tf.Tensor {
  return tf.clipByValue(tf.add(tf.mul(images, standardDeviation), mean), 0, 255);
}

/** Grey levels, rounded. */
export function roundToBytes(greyLevels: Float32Array): Uint8Array {
  return new Uint8Array(Uint8ClampedArray.from(greyLevels).buffer);
}

/**
 * The encoder: four convolutions, stride 2, ELU.
 * @param images `[n, 64, 64, channels]`, normalised
 * @returns embeddings `[n, 32 d]`
 */
export function encodeImages(parameters: NamedTensors, images: tf.Tensor4D): tf.Tensor2D {
  let x = tf.slice(images, [0, 0, 0, 0], [-1, ENCODED_SIZE, ENCODED_SIZE, -1]);
  ENCODER_KERNELS.forEach((_, layer) => {
    const filter = parameters[`encoder/${layer}/filter`] as tf.Tensor4D;
    x = tf.elu(tf.add(tf.conv2d(x, filter, 2, 'valid'), parameters[`encoder/${layer}/bias`]!));
  });
  return tf.reshape(x, [images.shape[0], -1]);
}

/**
 * The decoder: a dense layer, then four transposed convolutions, stride 2, ELU between them.
 * @param features model states `[n, h + z]`
 * @returns means of the pixels `[n, 64, 64, channels]`, normalised
 */
export function decodeImages(parameters: NamedTensors, features: tf.Tensor2D): tf.Tensor4D {
  const [count] = features.shape;
  let x = tf.reshape(linear(parameters, 'decoder/input', features), [count, 1, 1, -1]) as tf.Tensor4D;
  DECODER_KERNELS.forEach((_, layer) => {
    const filter = parameters[`decoder/${layer}/filter`] as tf.Tensor4D;
    const size = DECODER_SIZES[layer]!;
    const shape: [number, number, number, number] = [count, size, size, filter.shape[2]];
    x = tf.add(tf.conv2dTranspose(x, filter, shape, 2, 'valid'), parameters[`decoder/${layer}/bias`]!);
    if (layer < DECODER_KERNELS.length - 1) x = tf.elu(x);
  });
  return x;
}
