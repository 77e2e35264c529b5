import {
  DECODER_KERNELS,
  decoderChannels,
  DECODER_SIZES,
  embeddingSize,
  ENCODER_KERNELS,
  featureSize,
  IMAGE_SIZE,
  stochasticSize,
  type WorldModelArchitecture,
} from '../src/main/learning/world-model/architecture';

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
  const first = firstLayers(architecture);
  const forward = first + encoderRest(architecture) + recurrentState(architecture) + decoder(architecture);
  return 2 * frames * (3 * forward - first);
}

/** Multiply-adds per frame, below, of layers whose inputs are data. */
function firstLayers({
  imageChannels,
  convolutionDepth,
  actions,
  hiddenSize,
}: WorldModelArchitecture): number {
  const kernel = ENCODER_KERNELS[0];
  const size = convolvedSize(IMAGE_SIZE, kernel);
  return size ** 2 * kernel ** 2 * imageChannels * convolutionDepth + actions * hiddenSize;
}

function encoderRest({ convolutionDepth }: WorldModelArchitecture): number {
  let size = convolvedSize(IMAGE_SIZE, ENCODER_KERNELS[0]);
  let channels = convolutionDepth;
  let sum = 0;
  for (const kernel of ENCODER_KERNELS.slice(1)) {
    size = convolvedSize(size, kernel);
    sum += size ** 2 * kernel ** 2 * channels * (2 * channels);
    channels *= 2;
  }
  return sum;
}

function recurrentState(architecture: WorldModelArchitecture): number {
  const { deterministicSize: h, hiddenSize: hidden, convolutionDepth } = architecture;
  const z = stochasticSize(architecture);
  const recurrence = z * hidden + hidden * 3 * h + h * 3 * h;
  const prior = h * hidden + hidden * z;
  const posterior = h * hidden + embeddingSize(convolutionDepth) * hidden + hidden * z;
  return recurrence + prior + posterior;
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

function convolvedSize(size: number, kernel: number): number {
  return Math.floor((size - kernel) / STRIDE) + 1;
}
