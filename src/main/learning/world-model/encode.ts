import type * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { actionInput, actionVectors } from './actions';
import {
  encoderShapes,
  recurrentShapes,
  worldModelShapes,
  type WorldModelArchitecture,
} from './architecture';
import { decodeImages, encodeImages, greyLevels, normalizePixels, type PixelStatistics } from './images';
import { features, type LatentState } from './recurrent-state-space';
import { latentShapes, observeSequence } from './world-model';

/** What a world model needs besides its parameters to read images. */
export interface WorldModelReader {
  architecture: WorldModelArchitecture;
  pixels: PixelStatistics;
}

/**
 * Reads sequences into model states with the posterior. State between runs: the parameters of encoder and recurrent
 * model, and (h, z), so that consecutive chunks of an episode continue each other and every latent has the context
 * from its episode's start. Inputs as in `worldModelTrainStep`; output `latents` `[time * batch, h + z]`, time leading.
 */
export function encodeProgram(reader: WorldModelReader, batch: number, time: number): ProgramDefinition {
  const { architecture } = reader;
  return {
    name: 'encode',
    state: {
      ...encoderShapes(architecture.imageChannels, architecture.convolutionDepth),
      ...recurrentShapes(architecture),
      ...latentShapes(architecture, batch),
    },
    inputs: {
      observations: { shape: [time * batch, 64, 64, architecture.imageChannels], type: 'uint8' },
      previousActions: actionInput(architecture, time * batch),
      isFirst: { shape: [time, batch, 1], type: 'float32' },
      uniform: { shape: [time, batch, architecture.stochasticVariables], type: 'float32' },
    },
    step: (state, inputs) => {
      const sequence = readObservations(reader, state, state as unknown as LatentState, inputs);
      return { state: sequence.last as unknown as NamedTensors, outputs: { latents: features(sequence) } };
    },
  };
}

/** Embeds images and runs the posterior over them. */
export function readObservations(
  { architecture, pixels }: WorldModelReader,
  parameters: NamedTensors,
  initial: LatentState,
  inputs: NamedTensors,
) {
  const images = normalizePixels(inputs['observations']!, pixels) as tf.Tensor4D;
  return observeSequence(
    parameters,
    architecture,
    initial,
    encodeImages(parameters, images),
    actionVectors(architecture, inputs['previousActions']!),
    inputs['isFirst'] as tf.Tensor3D,
    inputs['uniform'] as tf.Tensor3D,
  );
}

/** Paints model states: input `latents` `[rows, h + z]`, output `images` `[rows, 64, 64, channels]` in grey levels. */
export function decodeProgram({ architecture, pixels }: WorldModelReader, rows: number): ProgramDefinition {
  const shapes = worldModelShapes(architecture);
  const state = Object.fromEntries(Object.entries(shapes).filter(([name]) => name.startsWith('decoder/')));
  const width = shapes['decoder/input/weight']![0]!;
  return {
    name: 'decode',
    state,
    inputs: { latents: { shape: [rows, width], type: 'float32' } },
    step: (parameters, inputs) => {
      const images = decodeImages(parameters, inputs['latents'] as tf.Tensor2D);
      return { outputs: { images: greyLevels(images, pixels) } };
    },
  };
}
