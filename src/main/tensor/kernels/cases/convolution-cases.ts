import * as tf from '@tensorflow/tfjs-core';
import { check, checkForward, floats, type KernelCase, type KernelCases } from './kernel-case';

interface Geometry {
  /** 2 unless given. */
  batch?: number;
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
  // Sizes that come in blocks of 8 or 16 channels, and for the filter's gradient in such batches.
  { batch: 16, size: [8, 10], kernel: 4, stride: 2, pad: 'valid', channels: [1, 16] },
  { batch: 16, size: [9, 7], kernel: 3, stride: 2, pad: 'valid', channels: [3, 32] },
  { batch: 16, size: [9, 12], kernel: 5, stride: 2, pad: 'valid', channels: [16, 16] },
  { batch: 16, size: [8, 7], kernel: 4, stride: 2, pad: 'valid', channels: [32, 16] },
  // Lines of more pixels than our own operators take at once, one and two blocks of channels, one image.
  { batch: 1, size: [5, 40], kernel: 4, stride: 2, pad: 'valid', channels: [32, 16] },
  { batch: 3, size: [5, 39], kernel: 3, stride: 2, pad: 'valid', channels: [16, 32] },
  { batch: 3, size: [6, 7], kernel: 3, stride: 2, pad: 'valid', channels: [48, 32] },
  { batch: 2, size: [7, 8], kernel: 5, stride: 1, pad: 'valid', channels: [3, 16] },
  // More images than whole blocks of them.
  { batch: 19, size: [9, 12], kernel: 4, stride: 2, pad: 'valid', channels: [16, 16] },
  { batch: 18, size: [8, 7], kernel: 3, stride: 1, pad: 'valid', channels: [3, 8] },
  // Half a block of 16 channels, or of 8, which is filled up.
  { batch: 16, size: [9, 11], kernel: 4, stride: 2, pad: 'valid', channels: [1, 8] },
  { batch: 16, size: [8, 9], kernel: 3, stride: 1, pad: 'valid', channels: [3, 8] },
  { batch: 16, size: [8, 9], kernel: 3, stride: 2, pad: 'valid', channels: [2, 4] },
  { batch: 2, size: [7, 8], kernel: 3, stride: 2, pad: 'same', channels: [16, 16] },
  { batch: 2, size: [7, 8], kernel: 3, stride: 1, pad: 'valid', channels: [16, 32] },
  { batch: 2, size: [9, 8], kernel: 2, stride: 3, pad: 'valid', channels: [5, 16] },
];

const filterShape = ({ kernel, channels }: Geometry): number[] => [kernel, kernel, ...channels];

function convolution(geometry: Geometry): KernelCase {
  const { batch = 2, size, stride, pad, channels } = geometry;
  const inputs = [floats(batch, ...size, channels[0]), floats(...filterShape(geometry))];
  return check(inputs, (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad));
}

/** The transposed convolution that goes back from the output's shape to the input's. */
function transposedConvolution(geometry: Geometry): KernelCase {
  const { batch = 2, size, kernel, stride, pad, channels } = geometry;
  const [height, width] = size.map((length) => {
    if (pad === 'same') return Math.ceil(length / stride);
    return Math.floor((length - kernel + 2 * (pad === 'valid' ? 0 : pad)) / stride) + 1;
  }) as [number, number];
  return check([floats(batch, height, width, channels[1]), floats(...filterShape(geometry))], (y, filter) =>
    tf.conv2dTranspose(y as tf.Tensor4D, filter as tf.Tensor4D, [batch, ...size, channels[0]], stride, pad),
  );
}

/** TF.js has no gradient of a filter's gradient: the first is the forward path here. */
function filterGradient(geometry: Geometry): KernelCase {
  const { inputs, compute } = convolution(geometry);
  return checkForward(inputs, (x, filter) =>
    tf.grad((f) => tf.sum(tf.square(compute(x, f) as tf.Tensor)))(filter),
  );
}

/** Output gradients that no convolution made, of half a block of 16 channels and of 8. */
const weighted = [8, 4].map((channels) =>
  checkForward(
    [floats(16, 6, 7, 3), floats(3, 3, 3, channels), floats(16, 4, 5, channels)],
    (x, filter, weights) =>
      tf.grad((f) => tf.sum(tf.mul(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'valid'), weights)))(
        filter,
      ),
  ),
);

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

/** Images that stay blocked from layer to layer, through biases, ELU, sums over pixels and arithmetic. */
const blocked: KernelCase = check(
  [floats(16, 10, 10, 1), floats(4, 4, 1, 16), floats(16), floats(4, 4, 16, 32), floats(32), floats(16)],
  (x, f, b, g, c, scale) => {
    const hidden = tf.elu(tf.add(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'valid'), b));
    const scaled = tf.mul(tf.sub(scale, hidden), scale) as tf.Tensor4D;
    const out = tf.elu(tf.add(tf.conv2d(scaled, g as tf.Tensor4D, 1, 'valid'), c)) as tf.Tensor4D;
    const back = tf.conv2dTranspose(out, g as tf.Tensor4D, [16, 4, 4, 16], 1, 'valid');
    const sums = [tf.sum(back, [1, 2]), tf.mean(back, [0, 1, 2]), tf.max(back, [1, 2, 3]), tf.sum(back)];
    return [...sums, tf.reshape(tf.add(hidden, tf.mul(back, 0.5)), [16, -1])];
  },
);

export const convolutionCases: KernelCases = {
  Conv2D: [...geometries.map(convolution), encoder, shared, blocked],
  Conv2DBackpropInput: [...geometries.map(transposedConvolution), decoder],
  Conv2DBackpropFilter: [...geometries.map(filterGradient), ...weighted],
};
