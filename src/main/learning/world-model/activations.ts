import {
  decoderChannels,
  DECODER_SIZES,
  ENCODER_KERNELS,
  featureSize,
  IMAGE_SIZE,
  stochasticSize,
  type WorldModelArchitecture,
} from './architecture';

/*
 * Numbers that the layers put out for one frame: the part of a training step's memory that grows with the batch. How
 * many copies of them a step holds at once (gradients, workspaces) is the engine's matter.
 */

export const worldModelActivations = (architecture: WorldModelArchitecture): number =>
  encoderActivations(architecture) + latentActivations(architecture) + decoderActivations(architecture);

/** Of the frame itself and of the encoder's layers. */
export function encoderActivations({
  imageChannels,
  convolutionDepth,
}: Pick<WorldModelArchitecture, 'imageChannels' | 'convolutionDepth'>): number {
  let size: number = IMAGE_SIZE;
  return ENCODER_KERNELS.reduce(
    (sum, kernel, layer) => {
      size = Math.floor((size - kernel) / 2) + 1;
      return sum + size ** 2 * convolutionDepth * 2 ** layer;
    },
    IMAGE_SIZE ** 2 * imageChannels,
  );
}

/** Of one step of the recurrent state-space model. */
function latentActivations(architecture: WorldModelArchitecture): number {
  const { deterministicSize: h, hiddenSize: hidden } = architecture;
  // The hidden layers of input, prior and posterior; both sides of the gates; logits and sample of both.
  return 3 * hidden + 6 * h + 4 * stochasticSize(architecture) + featureSize(architecture);
}

function decoderActivations(architecture: WorldModelArchitecture): number {
  const dense = 32 * architecture.convolutionDepth;
  return decoderChannels(architecture).reduce(
    (sum, channels, layer) => sum + DECODER_SIZES[layer]! ** 2 * channels,
    dense,
  );
}
