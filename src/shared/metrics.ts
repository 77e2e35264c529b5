/** What a metric is called, and which of two values of it is the better one. */
export interface MetricDescription {
  readonly title: string;
  /** Null where neither is: an entropy or the norm of a gradient. */
  readonly better: 'lower' | 'higher' | null;
}

type Better = MetricDescription['better'];

const known: Readonly<Record<string, readonly [title: string, better: Better]>> = {
  loss: ['Loss', 'lower'],
  reconstructionLoss: ['Reconstruction loss', 'lower'],
  klDivergence: ['KL divergence', 'lower'],
  negativeLogLikelihood: ['Negative log-likelihood', 'lower'],
  discriminatorLoss: ['Discriminator loss', 'lower'],
  criticLoss: ['Critic loss', 'lower'],
  // Minus an advantage times a log-probability: its value says nothing of how good the policy is.
  actorLoss: ['Actor loss', null],
  latentDistance: ['Latent distance', 'lower'],
  actionAccuracy: ['Action accuracy', 'higher'],
  // Of continuous actions, in place of the accuracy.
  actionError: ['Mean absolute action error', 'lower'],
  reward: ['Imagined reward per step', 'higher'],
  lambdaReturn: ['λ-return', 'higher'],
  return: ['Return', 'higher'],
  policyEntropy: ['Policy entropy', null],
  priorEntropy: ['Prior entropy', null],
  posteriorEntropy: ['Posterior entropy', null],
  gradientNorm: ['Gradient norm', null],
  lossScale: ['Loss scale', null],
  gradientPenalty: ['Gradient penalty', null],
  expertProbability: ['Discriminator on the expert', null],
  agentProbability: ['Discriminator on the agent', null],
};

const byEnding: readonly (readonly [RegExp, Better])[] = [
  [/(loss|distance|error|likelihood)$/i, 'lower'],
  [/(return|reward|accuracy|score)$/i, 'higher'],
];

const heldOut = 'validation/';

/** Of any name: what is not known is taken for what its ending says. */
export function describeMetric(name: string): MetricDescription {
  const own = name.startsWith(heldOut) ? name.slice(heldOut.length) : name;
  const [title, better] = (Object.hasOwn(known, own) && known[own]) || [spelledOut(own), betterByEnding(own)];
  return { title: own === name ? title : `${title} on held-out episodes`, better };
}

const betterByEnding = (name: string): Better => byEnding.find(([ending]) => ending.test(name))?.[1] ?? null;

/** `stepMilliseconds` as `Step milliseconds`, `kl/prior` as `Kl prior` */
function spelledOut(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[/_.-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
