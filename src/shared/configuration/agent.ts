import { z } from 'zod';
import { actorCritic, everyMethod, optimizer } from './agent-fields';
import { choice, integer, real } from './field';

/** Settings of DITTO; the defaults are the paper's. */
export const dittoConfiguration = z.object({
  ...everyMethod,
  ...actorCritic,
  rewardMeasure: choice(['max-cosine', 'cosine', 'l2'], 'max-cosine', {
    symbol: '1 - d',
    description:
      'How alike two latents are: max-cosine is the inner product over the longer square; cosine is blind to lengths; ' +
      'l2 is 1 less the distance over the sum of the lengths.',
    source: 'paper, eq. 8 (which it found better than the other two)',
  }),
  rewardMatch: choice(['same-step', 'nearest'], 'same-step', {
    description:
      "same-step compares with the expert's latent of the same step, eq. 8; nearest with the most alike of all of the " +
      "expert's latents, eq. 7, which costs a matrix product with all of them.",
    source: 'paper, eq. 8',
  }),
  rewardLatent: choice(['full', 'deterministic'], 'full', {
    description:
      'What the reward compares: full is (h, z), the paper; deterministic is h alone, the released code.',
    source: 'paper, eq. 8',
  }),
  ...optimizer,
});

/** Settings of D-GAIL: DITTO's actor-critic, rewarded by a discriminator; the defaults are the paper's. */
export const dreamGailConfiguration = z.object({
  ...everyMethod,
  ...actorCritic,
  discriminatorInput: choice(['state-action', 'state-pair'], 'state-action', {
    description:
      'What the discriminator judges: state-action is (h, z) and the action, the paper; state-pair is two consecutive h, ' +
      'the released code.',
    source: 'paper, eq. 3',
  }),
  adversarialReward: choice(['log', 'probability'], 'log', {
    description:
      "The policy's reward: log is -log(1 - D), which eq. 3 maximizes; probability is D, the released code.",
    source: 'paper, eq. 3',
  }),
  discriminatorLayers: integer(4, {
    minimum: 1,
    maximum: 32,
    unit: 'layers',
    description: 'Hidden layers of the discriminator.',
    source: 'released code',
  }),
  discriminatorUnits: integer(128, {
    minimum: 4,
    maximum: 8192,
    unit: 'units',
    description: "Units in each of the discriminator's hidden layers.",
    source: 'released code',
  }),
  gradientPenalty: choice(['none', 'wgan-gp', 'r1'], 'none', {
    description:
      "Penalty on the discriminator's gradient by its input: wgan-gp pulls its norm to 1 between agent and expert " +
      '(Gulrajani et al. 2017), r1 to 0 on the expert (Mescheder et al. 2018).',
    source: 'paper and released code (none)',
  }),
  gradientPenaltyWeight: real(10, {
    minimum: 0,
    maximum: 1e6,
    description: 'Weight of the gradient penalty, if there is one.',
    source: 'Gulrajani et al. 2017',
  }),
  ...optimizer,
});

/** Settings of D-BC, behaviour cloning on the world model's latents; the defaults are the paper's. */
export const dreamBehaviorCloningConfiguration = z.object({
  ...everyMethod,
  batchSize: integer(7168, {
    minimum: 1,
    maximum: 1_000_000,
    unit: 'states',
    description: "Expert states per gradient step: the default is as many as DITTO's rollouts act in.",
    source: 'released code (512 x 14)',
  }),
  entropyWeight: real(0.1, {
    minimum: 0,
    maximum: 10,
    symbol: 'η_BC',
    description: "Weight of the policy's entropy in the loss.",
    source: 'paper, Table 1',
  }),
  validationHorizon: integer(15, {
    minimum: 2,
    maximum: 512,
    symbol: 'H',
    unit: 'states',
    description: 'States per held-out dream whose latent distance is measured; training dreams nothing.',
    source: 'paper, Table 1',
  }),
  ...optimizer,
});

/** Settings of behaviour cloning from pixels. */
export const behaviorCloningConfiguration = z.object({
  ...everyMethod,
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
  weightDecay: real(0, {
    minimum: 0,
    maximum: 1,
    description: 'Decoupled weight decay (AdamW); 0 is the Adam of the paper, the released code has 0.01.',
    source: 'paper, Table 1',
  }),
  ...optimizer,
});

export type DittoConfiguration = z.output<typeof dittoConfiguration>;
export type DreamGailConfiguration = z.output<typeof dreamGailConfiguration>;
export type DreamBehaviorCloningConfiguration = z.output<typeof dreamBehaviorCloningConfiguration>;
export type BehaviorCloningConfiguration = z.output<typeof behaviorCloningConfiguration>;

export const agentMethods = ['ditto', 'd-gail', 'd-bc', 'bc'] as const;
export type AgentMethod = (typeof agentMethods)[number];

/** Settings of each method. */
export const agentConfigurations = {
  ditto: dittoConfiguration,
  'd-gail': dreamGailConfiguration,
  'd-bc': dreamBehaviorCloningConfiguration,
  bc: behaviorCloningConfiguration,
} as const satisfies Record<AgentMethod, z.ZodObject>;

/** The paper's names. */
export const methodTitles: Readonly<Record<AgentMethod, string>> = {
  ditto: 'DITTO',
  'd-gail': 'D-GAIL',
  'd-bc': 'D-BC',
  bc: 'Behaviour cloning',
};

/** What a method's policy looks at: the state of a world model, or frames. */
export const policySight: Readonly<Record<AgentMethod, 'latent' | 'pixels'>> = {
  ditto: 'latent',
  'd-gail': 'latent',
  'd-bc': 'latent',
  bc: 'pixels',
};
