import type { NamedShapes } from '../../tensor/program';
import type { ActionSize } from './actions';

/** Everything that the shapes of a world model's parameters depend on. */
export interface WorldModelArchitecture extends ActionSize {
  /** 1 or 3 */
  imageChannels: number;
  /** d: the encoder's layers have d, 2d, 4d and 8d channels. */
  convolutionDepth: number;
  /** Elements of the recurrent state h. */
  deterministicSize: number;
  /** Categorical variables in the stochastic state z. */
  stochasticVariables: number;
  /** Classes of each categorical variable. */
  stochasticClasses: number;
  /** Width of the dense layers. */
  hiddenSize: number;
}

/** Height and width that the convolutions below are made for. */
export const IMAGE_SIZE = 64;
/** Rows and columns that the encoder reads: the strides of its second layer never reach what the others would add. */
export const ENCODED_SIZE = 62;

/** Kernel sizes of the encoder: 62 → 30 → 14 → 6 → 2, stride 2, no padding. */
export const ENCODER_KERNELS = [4, 4, 4, 4] as const;
/** Kernel sizes of the decoder: 1 → 5 → 13 → 30 → 64, stride 2. */
export const DECODER_KERNELS = [5, 5, 6, 6] as const;
export const DECODER_SIZES = [5, 13, 30, 64] as const;

export function stochasticSize(architecture: WorldModelArchitecture): number {
  return architecture.stochasticVariables * architecture.stochasticClasses;
}

/** Elements of the model state s = (h, z). */
export function featureSize(architecture: WorldModelArchitecture): number {
  return architecture.deterministicSize + stochasticSize(architecture);
}

/** Elements of the image embedding: 2 x 2 pixels of 8d channels. */
export function embeddingSize(convolutionDepth: number): number {
  return 2 * 2 * 8 * convolutionDepth;
}

/** Channels after each decoder layer. */
export function decoderChannels({ convolutionDepth: d, imageChannels }: WorldModelArchitecture): number[] {
  return [4 * d, 2 * d, d, imageChannels];
}

export function encoderShapes(imageChannels: number, convolutionDepth: number): NamedShapes {
  const shapes: Record<string, readonly number[]> = {};
  let channels = imageChannels;
  ENCODER_KERNELS.forEach((kernel, layer) => {
    const outputs = convolutionDepth * 2 ** layer;
    shapes[`encoder/${layer}/filter`] = [kernel, kernel, channels, outputs];
    shapes[`encoder/${layer}/bias`] = [outputs];
    channels = outputs;
  });
  return shapes;
}

function decoderShapes(architecture: WorldModelArchitecture): NamedShapes {
  let channels = 32 * architecture.convolutionDepth;
  const shapes: Record<string, readonly number[]> = {
    'decoder/input/weight': [featureSize(architecture), channels],
    'decoder/input/bias': [channels],
  };
  const outputs = decoderChannels(architecture);
  DECODER_KERNELS.forEach((kernel, layer) => {
    // A transposed convolution's filter is [height, width, out, in] in TF.js.
    shapes[`decoder/${layer}/filter`] = [kernel, kernel, outputs[layer]!, channels];
    shapes[`decoder/${layer}/bias`] = [outputs[layer]!];
    channels = outputs[layer]!;
  });
  return shapes;
}

/** Shapes of the recurrent state-space model's parameters, by the parts of the paper's eq. 10. */
export function recurrentShapes(architecture: WorldModelArchitecture): NamedShapes {
  const { actions, deterministicSize: h, hiddenSize: hidden } = architecture;
  const z = stochasticSize(architecture);
  return {
    'input/stochastic/weight': [z, hidden],
    'input/stochastic/bias': [hidden],
    'input/action/weight': [actions, hidden],
    'input/norm/scale': [hidden],
    'input/norm/offset': [hidden],
    'recurrence/input/weight': [hidden, 3 * h],
    'recurrence/input/bias': [3 * h],
    'recurrence/recurrent/weight': [h, 3 * h],
    'recurrence/recurrent/bias': [3 * h],
    'prior/hidden/weight': [h, hidden],
    'prior/hidden/bias': [hidden],
    'prior/norm/scale': [hidden],
    'prior/norm/offset': [hidden],
    'prior/logits/weight': [hidden, z],
    'prior/logits/bias': [z],
    'posterior/state/weight': [h, hidden],
    'posterior/state/bias': [hidden],
    'posterior/embedding/weight': [embeddingSize(architecture.convolutionDepth), hidden],
    'posterior/norm/scale': [hidden],
    'posterior/norm/offset': [hidden],
    'posterior/logits/weight': [hidden, z],
    'posterior/logits/bias': [z],
  };
}

export function worldModelShapes(architecture: WorldModelArchitecture): NamedShapes {
  return {
    ...encoderShapes(architecture.imageChannels, architecture.convolutionDepth),
    ...recurrentShapes(architecture),
    ...decoderShapes(architecture),
  };
}
