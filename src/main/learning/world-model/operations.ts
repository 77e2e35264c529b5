import {
  DECODER_KERNELS,
  decoderChannels,
  DECODER_SIZES,
  embeddingSize,
  ENCODED_SIZE,
  ENCODER_KERNELS,
  featureSize,
  stochasticSize,
  type WorldModelArchitecture,
} from './architecture';

const STRIDE = 2;

/**
 * Floating-point operations of one training step: two for each multiply-add of the matrix products and convolutions
 * that the model's definition asks for, forward and backward. The backward pass takes twice the forward pass (gradients
 * of inputs and of weights), less the gradients of images and actions, which nobody needs. Element-wise work, the
 * optimiser and whatever an implementation does beside this do not count.
 */
export function trainingOperations(
  architecture: WorldModelArchitecture,
  batch: number,
  time: number,
): number {
  const frames = batch * time;
  const encoder = encoderMultiplyAdds(architecture);
  const recurrent = recurrence(architecture) + prior(architecture) + posterior(architecture);
  const first = encoder.first + action(architecture);
  const forward = first + encoder.rest + recurrent + decoder(architecture);
  return 2 * frames * (3 * forward - first);
}

/** Floating-point operations of reading one frame into a latent, forward alone. */
export function encodingOperations(architecture: WorldModelArchitecture): number {
  const { first, rest } = encoderMultiplyAdds(architecture);
  return 2 * (first + rest + action(architecture) + recurrence(architecture) + posterior(architecture));
}

/** Floating-point operations of one imagined step from one latent to the next, forward alone and without the policy. */
export function imaginationOperations(architecture: WorldModelArchitecture): number {
  return 2 * (action(architecture) + recurrence(architecture) + prior(architecture));
}

/** Multiply-adds of the encoder per frame; the first layer's inputs are data. */
export function encoderMultiplyAdds({
  imageChannels,
  convolutionDepth,
}: Pick<WorldModelArchitecture, 'imageChannels' | 'convolutionDepth'>): { first: number; rest: number } {
  let size: number = ENCODED_SIZE;
  let channels = imageChannels;
  const layers = ENCODER_KERNELS.map((kernel, layer) => {
    const outputs = convolutionDepth * 2 ** layer;
    size = Math.floor((size - kernel) / STRIDE) + 1;
    const multiplyAdds = size ** 2 * kernel ** 2 * channels * outputs;
    channels = outputs;
    return multiplyAdds;
  });
  const first = layers[0]!;
  return { first, rest: layers.reduce((sum, layer) => sum + layer, 0) - first };
}

const action = ({ actions, hiddenSize }: WorldModelArchitecture): number => actions * hiddenSize;

function recurrence(architecture: WorldModelArchitecture): number {
  const { deterministicSize: h, hiddenSize: hidden } = architecture;
  return stochasticSize(architecture) * hidden + hidden * 3 * h + h * 3 * h;
}

function prior(architecture: WorldModelArchitecture): number {
  const { deterministicSize: h, hiddenSize: hidden } = architecture;
  return h * hidden + hidden * stochasticSize(architecture);
}

function posterior(architecture: WorldModelArchitecture): number {
  const { deterministicSize: h, hiddenSize: hidden, convolutionDepth } = architecture;
  return h * hidden + embeddingSize(convolutionDepth) * hidden + hidden * stochasticSize(architecture);
}

function decoder(architecture: WorldModelArchitecture): number {
  let channels = 32 * architecture.convolutionDepth;
  let sum = featureSize(architecture) * channels;
  let size = 1;
  decoderChannels(architecture).forEach((outputs, layer) => {
    // Every input pixel meets every tap.
    sum += size ** 2 * DECODER_KERNELS[layer]! ** 2 * channels * outputs;
    size = DECODER_SIZES[layer]!;
    channels = outputs;
  });
  return sum;
}
