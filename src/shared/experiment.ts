import { z } from 'zod';
import { agentMethods, dittoConfiguration, methodTitles, type AgentMethod } from './configuration/agent';
import { presetNames } from './configuration/presets';
import { StudioError } from './errors';

/**
 * An experiment as data: a grid of agents, what they learn from, and how they are evaluated. `experiments/*.json` of the
 * project are the built-in ones.
 */

const settings = z.record(z.string().max(100), z.union([z.string().max(200), z.number(), z.boolean()]));
/** Names that stand in charts. */
const label = z.string().min(1).max(60);
const count = z.int().min(1).max(100_000);
/** Every grid is small enough to be looked at. */
const list = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(50);

const recordingSchema = z.strictObject({
  policy: z.string().max(100),
  noisePercent: z.int().min(0).max(100).default(0),
  episodes: count,
});

const environmentSchema = z.strictObject({
  id: z.string().max(100),
  /** Whom to imitate, and how many episodes of it to record; agents learn from the first ones. */
  expert: z.strictObject({ policy: z.string().max(100).default('expert'), episodes: count }),
  /** What world models learn from, by name: a world model each, for each seed. */
  worldModelData: z
    .record(label, list(recordingSchema))
    .refine((data) => Object.keys(data).length > 0, 'name at least one'),
});

const { rewardMeasure, rewardMatch, rewardLatent } = dittoConfiguration.shape;
const rewardSchema = z.strictObject({ rewardMeasure, rewardMatch, rewardLatent });
export type ExperimentReward = z.output<typeof rewardSchema>;

export const experimentIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/);

export const experimentSchema = z.strictObject({
  id: experimentIdSchema,
  title: z.string().min(1).max(200),
  /** What it is to show, and how long it takes where. */
  description: z.string().max(2000),
  preset: z.enum(presetNames),
  /** `auto` or an engine's id. */
  engine: z.string().max(100).default('auto'),
  environments: list(environmentSchema),
  methods: list(z.enum(agentMethods)),
  /** N^E: how many expert episodes an agent learns from. */
  expertEpisodes: list(count),
  /** States per imagined rollout, of the methods that imagine; the preset's if left out. */
  horizons: list(z.int().min(2).max(512)).exactOptional(),
  /** Of DITTO; the preset's if left out. */
  rewards: list(rewardSchema).exactOptional(),
  seeds: list(z.int().min(0).max(1000)),
  /** What differs from the preset, for all trainings and for each kind of them. */
  settings: z
    .strictObject({
      training: settings.default({}),
      'world-model': settings.default({}),
      ...(Object.fromEntries(agentMethods.map((method) => [method, settings.default({})])) as Record<
        AgentMethod,
        z.ZodDefault<typeof settings>
      >),
    })
    .prefault({}),
  evaluation: z.strictObject({
    /** Simulations at each gradient step. */
    episodes: count,
    /** Newest checkpoints of each agent. */
    gradientSteps: z.int().min(1).max(1000),
    /** Expert episodes beside those that are learned from, to measure latent distance and action accuracy on. */
    heldOutEpisodes: count,
  }),
});
export type Experiment = z.output<typeof experimentSchema>;

/** Throws StudioError that says what is wrong with it first. @param source names it in the error */
export function parseExperiment(value: unknown, source: string): Experiment {
  const parsed = experimentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new StudioError(`${source} is not an experiment. ${place}${issue.message}.`);
}

/** One place of an experiment's grid: an agent. */
export interface ExperimentCell {
  readonly environment: string;
  /** Name of the data that its world model learned from. */
  readonly worldModelData: string;
  readonly method: AgentMethod;
  readonly expertEpisodes: number;
  /** Null where the method has none, or the experiment does not say. */
  readonly horizon: number | null;
  readonly reward: ExperimentReward | null;
  readonly seed: number;
}

/** e.g. `max-cosine`, `nearest, cosine, h alone` */
export function rewardLabel({ rewardMeasure: measure, rewardMatch, rewardLatent: latent }: ExperimentReward) {
  const parts = [rewardMatch === 'nearest' && 'nearest', measure, latent === 'deterministic' && 'h alone'];
  return parts.filter((part) => part !== false).join(', ');
}

/** Names an agent by what tells it from the others. */
export function cellTitle(cell: ExperimentCell): string {
  const { method, environment, expertEpisodes, horizon, reward, seed } = cell;
  return [
    `${methodTitles[method]} in ${environment}`,
    `N=${expertEpisodes}`,
    ...(horizon === null ? [] : [`H=${horizon}`]),
    ...(reward === null ? [] : [rewardLabel(reward)]),
    ...(cell.worldModelData === 'practice' ? [] : [`world model from ${cell.worldModelData}`]),
    `seed ${seed}`,
  ].join(', ');
}
