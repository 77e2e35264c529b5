import { z } from 'zod';
import { choice, integer, real } from './field';

/** Settings of world-model training; the defaults are the paper's. */
export const worldModelConfiguration = z.object({
  steps: integer(1_000_000, {
    minimum: 1,
    maximum: 10_000_000,
    unit: 'steps',
    description: 'Gradient steps to train for.',
    source: 'released code (the Breakout checkpoint it uses)',
  }),
  batchSize: integer(50, {
    minimum: 1,
    maximum: 4096,
    symbol: 'B_wm',
    unit: 'sequences',
    description: 'Sequences per gradient step.',
    source: 'paper, Table 1',
  }),
  sequenceLength: integer(50, {
    minimum: 2,
    maximum: 1024,
    symbol: 'L',
    unit: 'time steps',
    description: 'Time steps per sequence, through which gradients flow.',
    source: 'paper, Table 1',
  }),
  sampling: choice(['stream', 'window'], 'stream', {
    description:
      'stream: consecutive chunks with the recurrent state carried along, zeroed where an episode starts; ' +
      'window: random windows within episodes, each from a zero state.',
    source: 'released code (stream)',
  }),
  convolutionDepth: integer(48, {
    minimum: 1,
    maximum: 256,
    symbol: 'd',
    unit: 'channels',
    description: 'Channels of the first convolution; later ones have 2d, 4d and 8d.',
    source: 'released code',
  }),
  deterministicSize: integer(1024, {
    minimum: 4,
    maximum: 8192,
    symbol: '|h|',
    description: 'Size of the recurrent state.',
    source: 'released code',
  }),
  stochasticVariables: integer(32, {
    minimum: 1,
    maximum: 256,
    description: 'Categorical variables in the stochastic state z.',
    source: 'released code',
  }),
  stochasticClasses: integer(32, {
    minimum: 2,
    maximum: 256,
    description: 'Classes of each categorical variable.',
    source: 'released code',
  }),
  hiddenSize: integer(1000, {
    minimum: 4,
    maximum: 8192,
    description: 'Width of the dense layers around the recurrent state.',
    source: 'released code',
  }),
  klWeight: real(0.1, {
    minimum: 0,
    maximum: 100,
    symbol: 'β',
    description: 'Weight of the balanced KL divergence against the reconstruction.',
    source: 'paper, Table 1',
  }),
  klBalance: real(0.8, {
    minimum: 0,
    maximum: 1,
    symbol: 'δ',
    description: 'Share of the KL divergence that trains the prior; the rest regularises the posterior.',
    source: "paper, Table 1 (on the prior's term, as its text says; the printed eq. 12 has it swapped)",
  }),
  learningRate: real(3e-4, {
    minimum: 1e-7,
    maximum: 1,
    description: "Adam's step size.",
    source: 'paper, Table 1',
  }),
  adamEpsilon: real(1e-5, {
    minimum: 1e-12,
    maximum: 1,
    symbol: 'ε',
    description: "Added to the root of Adam's second moment.",
    source: 'released code',
  }),
  weightDecay: real(0, {
    minimum: 0,
    maximum: 1,
    description: 'Decoupled weight decay (AdamW); 0 is the Adam of the paper, the released code has 0.01.',
    source: 'paper, Table 1',
  }),
  gradientClip: real(200, {
    minimum: 0,
    maximum: 1e6,
    description: 'Largest global norm of the gradients; 0 does not clip.',
    source: 'released code',
  }),
  validationShare: real(0.1, {
    minimum: 0,
    maximum: 0.5,
    description: 'Share of the episodes that is held out of training to measure the loss on.',
    source: 'released code',
  }),
});

export type WorldModelConfiguration = z.output<typeof worldModelConfiguration>;
