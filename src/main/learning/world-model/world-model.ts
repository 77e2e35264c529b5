import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../../tensor/operations';
import type { OptimizerConfiguration } from '../../tensor/optimizer';
import type { NamedTensors, ProgramDefinition } from '../../tensor/program';
import type { LossResult, TrainStepDefinition } from '../../tensor/train-step';
import { actionInput, actionVectors } from './actions';
import { stochasticSize, worldModelShapes, type WorldModelArchitecture } from './architecture';
import { decodeImages, encodeImages, normalizePixels, type PixelStatistics } from './images';
import {
  features,
  nextDeterministic,
  posteriorLogits,
  priorLogits,
  projectActions,
  projectEmbeddings,
  sampleStochastic,
  type LatentState,
} from './recurrent-state-space';

/** The world model of the paper's appendix B: encoder, recurrent state-space model, decoder, and their ELBO. */
export interface WorldModelDefinition {
  architecture: WorldModelArchitecture;
  pixels: PixelStatistics;
  /** B_wm, sequences per step. */
  batchSize: number;
  /** L, time steps per sequence. */
  sequenceLength: number;
  /** β, weight of the balanced KL divergence. */
  klWeight: number;
  /**
   * δ, share of the prior's term. The printed eq. 12 has δ on the posterior's term; the paper's own sentence ("the
   * prior should update more quickly"), DreamerV2 and the released code put it on the prior's, and so do we.
   */
  klBalance: number;
  optimizer: OptimizerConfiguration;
}

/** What the posterior makes of a batch of sequences. Time leads: row t * batch + b. */
export interface PosteriorSequence {
  /** h `[time * batch, deterministicSize]` */
  deterministic: tf.Tensor2D;
  /** z `[time * batch, stochasticSize]` */
  stochastic: tf.Tensor2D;
  /** `[time * batch, stochasticSize]` */
  posteriorLogits: tf.Tensor2D;
  last: LatentState;
}

/**
 * Runs the posterior over sequences (eq. 10), zeroing the state where an episode starts.
 * @param embeddings `[time * batch, embedding]`, time leading
 * @param previousActions `[time * batch, actions]` a_{t-1}, one-hot if discrete; zeros at an episode's first step
 * @param isFirst `[time, batch, 1]`, 1 where an episode starts
 * @param uniform `[time, batch, variables]`
 */
export function observeSequence(
  parameters: NamedTensors,
  architecture: WorldModelArchitecture,
  initial: LatentState,
  embeddings: tf.Tensor,
  previousActions: tf.Tensor,
  isFirst: tf.Tensor3D,
  uniform: tf.Tensor3D,
): PosteriorSequence {
  const [time, batch] = isFirst.shape;
  const perStep = (rows: tf.Tensor): tf.Tensor[] => tf.unstack(tf.reshape(rows, [time, batch, -1]));
  const actionTerms = perStep(projectActions(parameters, previousActions));
  const embeddingTerms = perStep(projectEmbeddings(parameters, embeddings));
  const keeps = tf.unstack(tf.sub(1, isFirst));
  const noise = tf.unstack(tf.reshape(uniform, [time, -1, 1]));
  const logits: tf.Tensor[] = [];
  const deterministic: tf.Tensor[] = [];
  const stochastic: tf.Tensor[] = [];
  let state = initial;
  for (let t = 0; t < time; t++) {
    const kept = {
      deterministic: tf.mul(state.deterministic, keeps[t]!),
      stochastic: tf.mul(state.stochastic, keeps[t]!),
    };
    const h = nextDeterministic(parameters, kept, actionTerms[t]!);
    const q = posteriorLogits(parameters, h, embeddingTerms[t]!);
    state = { deterministic: h, stochastic: sampleStochastic(architecture, q, noise[t]!) };
    logits.push(q);
    deterministic.push(state.deterministic);
    stochastic.push(state.stochastic);
  }
  return {
    deterministic: tf.concat(deterministic, 0) as tf.Tensor2D,
    stochastic: tf.concat(stochastic, 0) as tf.Tensor2D,
    posteriorLogits: tf.concat(logits, 0) as tf.Tensor2D,
    last: state,
  };
}

/** Σ over variables of KL(p ‖ q), mean over rows; arguments are log-probabilities `[rows, variables, classes]`. */
function klDivergence(p: tf.Tensor, q: tf.Tensor): tf.Scalar {
  const perRow = tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), [1, 2]);
  return tf.mean(perRow) as tf.Scalar;
}

function entropy(logProbabilities: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), [1, 2]))) as tf.Scalar;
}

/** ELBO with KL balancing (eqs. 11 and 12); the Gaussian's constant is left out. */
function worldModelLoss(
  definition: WorldModelDefinition,
  parameters: NamedTensors,
  carried: NamedTensors,
  inputs: NamedTensors,
): LossResult {
  const { architecture, batchSize: batch, sequenceLength: time } = definition;
  const { stochasticVariables: variables, stochasticClasses: classes } = architecture;
  const images = normalizePixels(inputs['observations']!, definition.pixels) as tf.Tensor4D;
  const sequence = observeSequence(
    parameters,
    architecture,
    { deterministic: carried['deterministic']!, stochastic: carried['stochastic']! },
    encodeImages(parameters, images),
    actionVectors(architecture, inputs['previousActions']!),
    inputs['isFirst'] as tf.Tensor3D,
    inputs['uniform'] as tf.Tensor3D,
  );
  const logPosterior = tf.logSoftmax(
    tf.reshape(sequence.posteriorLogits, [time * batch, variables, classes]),
  );
  const prior = priorLogits(parameters, sequence.deterministic);
  const logPrior = tf.logSoftmax(tf.reshape(prior, [time * batch, variables, classes]));
  const reconstruction = decodeImages(parameters, features(sequence));
  const error = tf.sum(tf.square(tf.sub(reconstruction, images)), [1, 2, 3]);
  const reconstructionLoss = tf.mul(0.5, tf.mean(error)) as tf.Scalar;
  const priorTerm = klDivergence(stopGradient(logPosterior), logPrior);
  const posteriorTerm = klDivergence(logPosterior, stopGradient(logPrior));
  const balanced = tf.add(
    tf.mul(definition.klBalance, priorTerm),
    tf.mul(1 - definition.klBalance, posteriorTerm),
  ) as tf.Scalar;
  return {
    loss: tf.add(reconstructionLoss, tf.mul(definition.klWeight, balanced)) as tf.Scalar,
    outputs: {
      reconstructionLoss,
      klDivergence: priorTerm,
      priorEntropy: entropy(logPrior),
      posteriorEntropy: entropy(logPosterior),
    },
    carried: sequence.last as unknown as NamedTensors,
  };
}

/**
 * One training step of the world model. Inputs, time leading: `observations` uint8
 * `[time * batch, 64, 64, channels]`, `previousActions` as `actionInput` says, `isFirst`
 * `[time, batch, 1]`, `uniform` `[time, batch, variables]`. Carries (h, z) from batch to batch.
 */
export function worldModelTrainStep(definition: WorldModelDefinition): TrainStepDefinition {
  const { architecture, batchSize: batch, sequenceLength: time } = definition;
  return {
    name: 'world-model',
    parameters: worldModelShapes(architecture),
    carried: latentShapes(architecture, batch),
    inputs: {
      observations: { shape: [time * batch, 64, 64, architecture.imageChannels], type: 'uint8' },
      previousActions: actionInput(architecture, time * batch),
      isFirst: { shape: [time, batch, 1], type: 'float32' },
      uniform: { shape: [time, batch, architecture.stochasticVariables], type: 'float32' },
    },
    optimizer: definition.optimizer,
    loss: (parameters, { carried, inputs }) => worldModelLoss(definition, parameters, carried, inputs),
  };
}

/** The loss and its parts on given sequences, from a zero state, without training. */
export function worldModelEvaluation(definition: WorldModelDefinition): ProgramDefinition {
  const { architecture, batchSize } = definition;
  return {
    name: 'world-model-evaluation',
    state: worldModelShapes(architecture),
    inputs: worldModelTrainStep(definition).inputs,
    step: (parameters, inputs) => {
      const zero = Object.entries(latentShapes(architecture, batchSize)).map(
        ([name, shape]) => [name, tf.zeros([...shape])] as const,
      );
      const { loss, outputs } = worldModelLoss(definition, parameters, Object.fromEntries(zero), inputs);
      return { outputs: { loss, ...outputs } };
    },
  };
}

/** Shapes of (h, z) for a batch. */
export function latentShapes(architecture: WorldModelArchitecture, batch: number) {
  return {
    deterministic: [batch, architecture.deterministicSize],
    stochastic: [batch, stochasticSize(architecture)],
  } as const;
}
