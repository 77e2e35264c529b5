import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, NamedValues, ProgramDefinition } from './program';

/** Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019), as PyTorch's AdamW computes it. */
export interface OptimizerConfiguration {
  learningRate: number;
  /** ε, added to the root of the second moment. */
  epsilon: number;
  /** Fraction of a parameter that is taken away per step, times the learning rate; 0 is plain Adam. */
  weightDecay: number;
  /** Largest global norm of all gradients together; 0 does not clip. */
  gradientClip: number;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;

/** What an update replaces. */
interface Trained<Tensors> {
  parameters: Tensors;
  firstMoments: Tensors;
  secondMoments: Tensors;
}

/** What an update has to be given. */
export const optimizerInputs = {
  learningRate: { shape: [], type: 'float32' },
  firstCorrection: { shape: [], type: 'float32' },
  secondCorrection: { shape: [], type: 'float32' },
} as const satisfies ProgramDefinition['inputs'];

/** @param update 1 for the first */
export const optimizerValues = ({ learningRate }: OptimizerConfiguration, update: number): NamedValues => ({
  learningRate: Float32Array.of(learningRate),
  firstCorrection: Float32Array.of(1 - BETA_1 ** update),
  secondCorrection: Float32Array.of(1 - BETA_2 ** update),
});

/**
 * One update of all parameters, and the global norm of their gradients.
 * @param gradients by the names of the parameters; `gradientFactor`, if there is one, is what they have to be multiplied with
 */
export function optimize(
  trained: Trained<NamedTensors>,
  gradients: NamedTensors,
  inputs: NamedTensors,
  configuration: OptimizerConfiguration & { gradientFactor?: tf.Tensor | undefined },
): { next: Trained<NamedTensors>; norm: tf.Scalar } {
  const groups = updatedTogether(trained.parameters);
  const joined = groups.map((names) => join(gradients, names));
  const { norm, scale } = clipByGlobalNorm(joined, configuration.gradientClip, configuration.gradientFactor);
  const next: Trained<NamedTensors> = { parameters: {}, firstMoments: {}, secondMoments: {} };
  groups.forEach((names, index) => {
    const group = mapTrained(trained, (tensors) => join(tensors, names));
    const updated = adam(group, joined[index]!, scale, inputs, configuration);
    const sizes = names.map((name) => trained.parameters[name]!.size);
    for (const kind of ['parameters', 'firstMoments', 'secondMoments'] as const) {
      const parts = names.length === 1 ? [updated[kind]] : tf.split(updated[kind], sizes);
      names.forEach((name, part) => (next[kind][name] = parts[part]!));
    }
  });
  return { next, norm };
}

/** Biases and the like are many and small: joined, they take one update and not one each. */
function updatedTogether(parameters: NamedTensors): string[][] {
  const names = Object.keys(parameters);
  const vectors = names.filter((name) => parameters[name]!.rank === 1);
  const others = names.filter((name) => !vectors.includes(name)).map((name) => [name]);
  return vectors.length > 0 ? [vectors, ...others] : others;
}

function join(tensors: NamedTensors, names: readonly string[]): tf.Tensor {
  const [first, ...others] = names.map((name) => tensors[name]!);
  return others.length === 0 ? first! : tf.concat([first!, ...others]);
}

const mapTrained = <From, To>(trained: Trained<From>, convert: (value: From) => To): Trained<To> => ({
  parameters: convert(trained.parameters),
  firstMoments: convert(trained.firstMoments),
  secondMoments: convert(trained.secondMoments),
});

/**
 * The gradients' global norm, and what to multiply them with so that it stays within the limit.
 * @param factor what they have to be multiplied with before, if anything
 */
function clipByGlobalNorm(
  gradients: tf.Tensor[],
  limit: number,
  factor: tf.Tensor | undefined,
): { norm: tf.Scalar; scale: tf.Tensor } {
  const given = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const norm = (factor ? tf.mul(given, factor) : given) as tf.Scalar;
  const scale = limit > 0 ? tf.div(limit, tf.maximum(norm, limit)) : tf.scalar(1);
  return { norm, scale: factor ? tf.mul(scale, factor) : scale };
}

/** Factors that are the same for all elements are multiplied first, so that the memory is passed over less often. */
function adam(
  { parameters, firstMoments, secondMoments }: Trained<tf.Tensor>,
  gradient: tf.Tensor,
  scale: tf.Tensor,
  inputs: NamedTensors,
  { epsilon, weightDecay }: OptimizerConfiguration,
): Trained<tf.Tensor> {
  const learningRate = inputs['learningRate']!;
  const correction = tf.sqrt(inputs['secondCorrection']!);
  const rate = tf.div(tf.mul(learningRate, correction), inputs['firstCorrection']!);
  const first = tf.add(tf.mul(firstMoments, BETA_1), tf.mul(gradient, tf.mul(scale, 1 - BETA_1)));
  const squared = tf.mul(tf.square(gradient), tf.mul(tf.square(scale), 1 - BETA_2));
  const second = tf.add(tf.mul(secondMoments, BETA_2), squared);
  // m / (√(v / c) + ε), both sides of the fraction times √c.
  const deviation = tf.add(tf.sqrt(second), tf.mul(correction, epsilon));
  const decayed =
    weightDecay > 0 ? tf.mul(parameters, tf.sub(1, tf.mul(learningRate, weightDecay))) : parameters;
  const change = tf.mul(rate, tf.div(first, deviation));
  return { parameters: tf.sub(decayed, change), firstMoments: first, secondMoments: second };
}
