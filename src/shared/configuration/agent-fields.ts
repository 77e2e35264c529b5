import { choice, flag, integer, real } from './field';

export const continuousDistributions = ['truncated-normal', 'tanh-normal'] as const;
export type ContinuousDistribution = (typeof continuousDistributions)[number];

/** Settings that several methods share; each method's schema in `agent.ts` takes the groups that it needs. */

export const everyMethod = {
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
  actionDistribution: choice(continuousDistributions, 'truncated-normal', {
    description:
      'Of a policy whose actions are vectors: truncated-normal is a normal distribution cut to [-1, 1]; tanh-normal is the ' +
      'tanh of one. Discrete actions are always categorical.',
    source: 'DreamerV2 (the paper does not say)',
  }),
  learningRate: real(3e-4, {
    minimum: 1e-7,
    maximum: 1,
    description: "Adam's step size.",
    source: 'paper, Table 1',
  }),
};

/** Of the methods that improve a policy inside the world model with an actor-critic (paper, appendix C). */
export const actorCritic = {
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
    source: 'paper, Table 1 (the released code copies every 200, and never for D-GAIL)',
  }),
  reinforceShare: real(1, {
    minimum: 0,
    maximum: 1,
    symbol: 'ρ',
    description:
      "Share of REINFORCE in the actor's gradient; the rest is the gradient of the λ-return through the world model's " +
      'dynamics, which DreamerV2 takes alone (0) for continuous actions.',
    source: 'paper, eq. 16 (REINFORCE alone)',
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
};

export const optimizer = {
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
};
