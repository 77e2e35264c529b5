import { z } from 'zod';
import { choice, flag, integer, real } from './field';

export const agentMethods = ['ditto', 'bc'] as const;
export type AgentMethod = (typeof agentMethods)[number];

const shared = {
  steps: integer(20_000, {
    minimum: 1,
    maximum: 10_000_000,
    unit: 'steps',
    description: 'Gradient steps to train for.',
    source: 'DITTO Studio',
  }),
  expertEpisodes: integer(1000, {
    minimum: 1,
    maximum: 100_000,
    symbol: 'N^E',
    unit: 'episodes',
    description: 'Expert episodes to learn from: the first ones of the dataset.',
    source: 'paper, Table 1 (its largest value)',
  }),
  validationEpisodes: integer(100, {
    minimum: 0,
    maximum: 100_000,
    unit: 'episodes',
    description: 'Expert episodes, after those to learn from, to measure latent distance and accuracy on.',
    source: 'released code (a tenth)',
  }),
  hiddenLayers: integer(8, {
    minimum: 1,
    maximum: 32,
    unit: 'layers',
    description: 'Hidden layers of the policy, and of the critic where there is one.',
    source: 'released code',
  }),
  hiddenUnits: integer(256, {
    minimum: 4,
    maximum: 8192,
    unit: 'units',
    description: 'Units in each hidden layer.',
    source: 'released code',
  }),
  learningRate: real(3e-4, {
    minimum: 1e-7,
    maximum: 1,
    description: "Adam's step size.",
    source: 'paper, Table 1',
  }),
};

/** Settings of DITTO; the defaults are the paper's. */
export const dittoConfiguration = z.object({
  ...shared,
  batchSize: integer(512, {
    minimum: 1,
    maximum: 65_536,
    symbol: 'B_ac',
    unit: 'rollouts',
    description: 'Imagined rollouts per gradient step.',
    source: 'paper, Table 1',
  }),
  horizon: integer(15, {
    minimum: 2,
    maximum: 512,
    symbol: 'H',
    unit: 'states',
    description: 'States per rollout: the expert state it starts from and H - 1 imagined ones.',
    source: 'paper, Table 1',
  }),
  discount: real(0.95, {
    minimum: 0,
    maximum: 1,
    symbol: 'γ',
    description: 'Discount of later rewards.',
    source: 'paper, Table 1',
  }),
  lambda: real(0.95, {
    minimum: 0,
    maximum: 1,
    symbol: 'λ',
    description: 'Between one-step bootstrapping (0) and Monte Carlo returns (1).',
    source: 'paper, Table 1',
  }),
  entropyWeight: real(0.05, {
    minimum: 0,
    maximum: 10,
    symbol: 'η',
    description: "Weight of the policy's entropy in the actor's loss.",
    source: 'paper, Table 1',
  }),
  targetUpdateInterval: integer(100, {
    minimum: 1,
    maximum: 1_000_000,
    unit: 'steps',
    description: 'Gradient steps between copies of the critic into its target.',
    source: 'paper, Table 1 (the released code copies every 200)',
  }),
  rewardLatent: choice(['full', 'deterministic'], 'full', {
    description:
      'What the reward compares: full is (h, z), the paper; deterministic is h alone, the released code.',
    source: 'paper, eq. 8',
  }),
  normalizeAdvantage: flag(false, {
    description: "Brings each batch's advantages to zero mean and unit deviation, as the released code does.",
    source: 'paper, eq. 16 (it does not)',
  }),
  criticWeight: real(1, {
    minimum: 1e-4,
    maximum: 100,
    description: "Weight of the critic's loss; the released code has 0.01.",
    source: 'paper, eq. 15',
  }),
  adamEpsilon: real(1e-8, {
    minimum: 1e-12,
    maximum: 1,
    symbol: 'ε',
    description: "Added to the root of Adam's second moment.",
    source: 'released code',
  }),
  gradientClip: real(0, {
    minimum: 0,
    maximum: 1e6,
    description: 'Largest global norm of the gradients; 0 does not clip.',
    source: 'released code',
  }),
});

/** Settings of behaviour cloning from pixels. */
export const behaviorCloningConfiguration = z.object({
  ...shared,
  batchSize: integer(8, {
    minimum: 1,
    maximum: 65_536,
    unit: 'frames',
    description: 'Frames per gradient step.',
    source: 'released code',
  }),
  convolutionDepth: integer(48, {
    minimum: 1,
    maximum: 256,
    symbol: 'd',
    unit: 'channels',
    description: "Channels of the first convolution: the world model's, whose encoder the network mirrors.",
    source: 'paper, section 4.1 (the released code has 32)',
  }),
  adamEpsilon: real(1e-8, {
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
  gradientClip: real(0, {
    minimum: 0,
    maximum: 1e6,
    description: 'Largest global norm of the gradients; 0 does not clip.',
    source: 'released code',
  }),
});

export type DittoConfiguration = z.output<typeof dittoConfiguration>;
export type BehaviorCloningConfiguration = z.output<typeof behaviorCloningConfiguration>;
