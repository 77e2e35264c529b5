import * as tf from '@tensorflow/tfjs-core';
import { reconstructionKinds, type ReconstructionKind } from '../../../shared/reconstruction';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import { actionVectors } from './actions';
import { featureSize, worldModelShapes } from './architecture';
import { dream, splitFeatures } from './dream';
import { encodeProgram, readObservations, type WorldModelReader } from './encode';
import { decodeImages, greyLevels } from './images';
import { features, priorLogits, sampleStochastic, type LatentState } from './recurrent-state-space';
import { latentShapes } from './world-model';

export interface ReconstructionSize {
  /** Sequences. */
  batch: number;
  /** Steps per sequence. */
  time: number;
  /** Steps that the posterior sees before the open loop goes on alone; from 1 to time - 1. */
  context: number;
}

/**
 * Paints sequences from three kinds of latents:
 * - `posterior`: the frame itself was seen;
 * - `prior`: all frames but this one were seen, that is, the prediction of one step;
 * - `openLoop`: only the first `context` frames were seen, then the prior went on with the true actions.
 *
 * State: the world model's parameters. Inputs, time leading, as in `worldModelTrainStep`, from a zero state, and
 * `priorUniform` and `openLoopUniform`, shaped like `uniform`. Outputs of each kind: the frames
 * `[time * batch, 64, 64, channels]` in grey levels, and their `…Error` `[time * batch]`, the root of the mean squared
 * difference from the input in grey levels.
 */
export function reconstructProgram(reader: WorldModelReader, size: ReconstructionSize): ProgramDefinition {
  const { architecture } = reader;
  const { batch, time } = size;
  const { inputs } = encodeProgram(reader, batch, time);
  return {
    name: 'reconstruct',
    state: worldModelShapes(architecture),
    inputs: { ...inputs, priorUniform: inputs['uniform']!, openLoopUniform: inputs['uniform']! },
    step: (parameters, given) => {
      const latents = reconstructionLatents(reader, size, parameters, given);
      const outputs = reconstructionKinds.flatMap((kind) => {
        const images = greyLevels(decodeImages(parameters, latents[kind]), reader.pixels);
        const error = tf.mean(tf.square(tf.sub(images, given['observations']!)), [1, 2, 3]);
        return [
          [kind, images],
          [`${kind}Error`, tf.sqrt(error)],
        ] as const;
      });
      return { outputs: Object.fromEntries(outputs) };
    },
  };
}

/** Model states `[time * batch, h + z]` of each kind. */
function reconstructionLatents(
  reader: WorldModelReader,
  { batch, time, context }: ReconstructionSize,
  parameters: NamedTensors,
  inputs: NamedTensors,
): Record<ReconstructionKind, tf.Tensor2D> {
  const { architecture } = reader;
  const { stochasticVariables: variables, actions } = architecture;
  const zero = latentShapes(architecture, batch);
  const start: LatentState = {
    deterministic: tf.zeros([...zero.deterministic]),
    stochastic: tf.zeros([...zero.stochastic]),
  };
  const sequence = readObservations(reader, parameters, start, inputs);
  const posterior = features(sequence);
  const stochastic = sampleStochastic(
    architecture,
    priorLogits(parameters, sequence.deterministic),
    tf.reshape(inputs['priorUniform']!, [time * batch, variables]),
  );
  const seen = context * batch;
  const last = tf.slice(posterior, [seen - batch, 0], [batch, featureSize(architecture)]);
  // The action before a frame is what the step from the frame before was made with.
  const previous = actionVectors(architecture, inputs['previousActions']!);
  const act = (_: tf.Tensor2D, step: number): tf.Tensor2D =>
    tf.slice(previous, [seen + step * batch, 0], [batch, actions]) as tf.Tensor2D;
  const noise = tf.unstack(inputs['openLoopUniform']!).slice(context);
  const { states } = dream(parameters, architecture, splitFeatures(architecture, last), act, noise);
  return {
    posterior,
    prior: features({ deterministic: sequence.deterministic, stochastic }),
    openLoop: tf.concat([
      tf.slice(posterior, [0, 0], [seen, featureSize(architecture)]),
      ...states.slice(1),
    ]) as tf.Tensor2D,
  };
}
