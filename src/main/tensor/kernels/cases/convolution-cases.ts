import * as tf from '@tensorflow/tfjs-core';
import { check, checkForward, floats, type KernelCase, type KernelCases } from './kernel-case';

interface Geometry {
  size: readonly [height: number, width: number];
  kernel: number;
  stride: number;
  pad: 'valid' | 'same' | number;
  channels: readonly [into: number, out: number];
}

/** Kernels 1 to 6, strides 1 to 3, padded and not, and sizes whose last rows the stride misses. */
const geometries: Geometry[] = [
  { size: [6, 5], kernel: 3, stride: 1, pad: 'valid', channels: [1, 3] },
  { size: [6, 5], kernel: 3, stride: 1, pad: 'same', channels: [3, 2] },
  { size: [8, 9], kernel: 3, stride: 2, pad: 'valid', channels: [1, 2] },
  { size: [8, 9], kernel: 3, stride: 2, pad: 'valid', channels: [3, 8] },
  { size: [7, 8], kernel: 3, stride: 2, pad: 'same', channels: [2, 3] },
  { size: [7, 8], kernel: 4, stride: 2, pad: 'same', channels: [3, 1] },
  { size: [9, 11], kernel: 4, stride: 2, pad: 'valid', channels: [1, 8] },
  { size: [9, 11], kernel: 4, stride: 2, pad: 'valid', channels: [8, 3] },
  { size: [10, 9], kernel: 5, stride: 2, pad: 'valid', channels: [8, 2] },
  { size: [10, 9], kernel: 5, stride: 1, pad: 'valid', channels: [3, 3] },
  { size: [11, 12], kernel: 6, stride: 2, pad: 'valid', channels: [2, 2] },
  { size: [11, 13], kernel: 6, stride: 2, pad: 'same', channels: [3, 2] },
  { size: [10, 12], kernel: 4, stride: 3, pad: 'valid', channels: [3, 2] },
  { size: [6, 7], kernel: 3, stride: 2, pad: 1, channels: [1, 2] },
  { size: [6, 7], kernel: 3, stride: 2, pad: 1, channels: [4, 2] },
  { size: [6, 7], kernel: 1, stride: 1, pad: 'valid', channels: [3, 2] },
  { size: [6, 7], kernel: 1, stride: 2, pad: 'valid', channels: [3, 2] },
  // Outputs of one row, of one pixel, and of one channel.
  { size: [3, 7], kernel: 3, stride: 1, pad: 'valid', channels: [3, 2] },
  { size: [7, 4], kernel: 4, stride: 1, pad: 'valid', channels: [2, 3] },
  { size: [4, 4], kernel: 4, stride: 2, pad: 'valid', channels: [8, 3] },
  { size: [4, 4], kernel: 4, stride: 1, pad: 'valid', channels: [1, 1] },
];

const filterShape = ({ kernel, channels }: Geometry): number[] => [kernel, kernel, ...channels];

function convolution(geometry: Geometry): KernelCase {
  const { size, stride, pad, channels } = geometry;
  const inputs = [floats(2, ...size, channels[0]), floats(...filterShape(geometry))];
  return check(inputs, (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad));
}

/** The transposed convolution that goes back from the output's shape to the input's. */
function transposedConvolution(geometry: Geometry): KernelCase {
  const { size, kernel, stride, pad, channels } = geometry;
  const [height, width] = size.map((length) => {
    if (pad === 'same') return Math.ceil(length / stride);
    return Math.floor((length - kernel + 2 * (pad === 'valid' ? 0 : pad)) / stride) + 1;
  }) as [number, number];
  return check([floats(2, height, width, channels[1]), floats(...filterShape(geometry))], (y, filter) =>
    tf.conv2dTranspose(y as tf.Tensor4D, filter as tf.Tensor4D, [2, ...size, channels[0]], stride, pad),
  );
}

/** TF.js has no gradient of a filter's gradient: the first is the forward path here. */
function filterGradient(geometry: Geometry): KernelCase {
  const { inputs, compute } = convolution(geometry);
  return checkForward(inputs, (x, filter) =>
    tf.grad((f) => tf.sum(tf.square(compute(x, f) as tf.Tensor)))(filter),
  );
}

const encoder: KernelCase = check(
  [floats(2, 14, 14, 1), floats(4, 4, 1, 2), floats(2), floats(4, 4, 2, 4), floats(4)],
  (x, f, b, g, c) => {
    const hidden = tf.elu(
      tf.add(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'valid'), b),
    ) as tf.Tensor4D;
    return tf.reshape(tf.elu(tf.add(tf.conv2d(hidden, g as tf.Tensor4D, 2, 'valid'), c)), [2, -1]);
  },
);

const decoder: KernelCase = check(
  [floats(2, 6), floats(5, 5, 3, 6), floats(3), floats(6, 6, 1, 3), floats(1)],
  (x, f, b, g, c) => {
    const pixel = tf.reshape(x, [2, 1, 1, 6]) as tf.Tensor4D;
    const hidden = tf.elu(tf.add(tf.conv2dTranspose(pixel, f as tf.Tensor4D, [2, 5, 5, 3], 2, 'valid'), b));
    return tf.add(tf.conv2dTranspose(hidden as tf.Tensor4D, g as tf.Tensor4D, [2, 14, 14, 1], 2, 'valid'), c);
  },
);

/** One filter used twice, and one convolution read with and without its bias. */
const shared: KernelCase = check([floats(2, 9, 9, 3), floats(3, 3, 3, 3), floats(3)], (x, f, b) => {
  const once = tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same');
  return [tf.conv2d(tf.add(once, b) as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'), once];
});

export const convolutionCases: KernelCases = {
  Conv2D: [...geometries.map(convolution), encoder, shared],
  Conv2DBackpropInput: [...geometries.map(transposedConvolution), decoder],
  Conv2DBackpropFilter: geometries.map(filterGradient),
};
