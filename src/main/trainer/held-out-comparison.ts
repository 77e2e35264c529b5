import { dittoConfiguration } from '../../shared/configuration/agent';
import type { Dataset } from '../datasets/dataset';
import type { Engine } from '../tensor/program';
import type { PolicyAtStep, TrainedAgent } from './agent-runs';
import { openRunDataset, requireEnvironment } from './datasets';
import { encodeEpisodes, type EncodedEpisode } from './expert-latents';
import { runFolder } from './home';
import type { JobContext } from './job-context';
import { HeldOutMeasurement, type HeldOutMeasures } from './measure-held-out';
import { readDescription } from './run-folder';
import { loadWorldModel, type TrainedWorldModel } from './world-model-runs';

/** Windows of held-out expert latents that all gradient steps of an agent share, and the fewest that do for one. */
const WINDOWS = 256;
const FEWEST_WINDOWS = 64;
const SHORTEST_WINDOW = 2;

/**
 * Held-out latent distance and action accuracy, or error, of agents that are compared with each other: all on the same windows of
 * the same episodes, none of which any of them learned from. A pixel agent is shown the frames that the world model
 * paints of its dream.
 */
export class HeldOutComparison {
  readonly #engine: Engine;
  readonly #worldModel: TrainedWorldModel;
  readonly #dataset: Dataset;
  readonly #episodes: readonly EncodedEpisode[];
  readonly #horizon: number;
  readonly #windows: number;

  private constructor(
    engine: Engine,
    worldModel: TrainedWorldModel,
    dataset: Dataset,
    episodes: readonly EncodedEpisode[],
    { horizon, windows }: { horizon: number; windows: number },
  ) {
    this.#engine = engine;
    this.#worldModel = worldModel;
    this.#dataset = dataset;
    this.#episodes = episodes;
    this.#horizon = horizon;
    this.#windows = windows;
  }

  /**
   * @param gradientSteps at how many of them each agent is measured, at most
   * @returns undefined unless the evaluation names a world model and an expert dataset that has held-out episodes
   */
  static async create(
    { description, home }: JobContext,
    engine: Engine,
    agents: readonly TrainedAgent[],
    gradientSteps: number,
  ): Promise<HeldOutComparison | undefined> {
    const parent = description.parents.find(({ role }) => role === 'world-model');
    if (!parent || !description.datasets.some(({ role }) => role === 'expert')) return undefined;
    const worldModel = await loadWorldModel(home, parent.runId);
    const dataset = await openRunDataset(home, description, 'expert');
    requireEnvironment(dataset, worldModel.environment, `world model ${worldModel.runId}`);
    const first = Math.max(0, ...agents.map(({ runId }) => learnedEpisodes(home, runId, dataset)));
    const heldOut = dataset.episodes.map((_, index) => index).filter((index) => index >= first);
    if (heldOut.length === 0) return undefined;
    const episodes = await encodeEpisodes(engine, worldModel, dataset, heldOut, 0);
    const longest = Math.max(...episodes.map(({ length }) => length));
    const horizon = Math.min(dittoConfiguration.parse({}).horizon, longest);
    if (horizon < SHORTEST_WINDOW) return undefined;
    const windows = Math.max(FEWEST_WINDOWS, Math.floor(WINDOWS / gradientSteps));
    return new HeldOutComparison(engine, worldModel, dataset, episodes, { horizon, windows });
  }

  /** Of an agent at some of its gradient steps. */
  async measure(agent: TrainedAgent, policies: readonly PolicyAtStep[]): Promise<HeldOutMeasures[]> {
    const { architecture, pixels, parameters } = this.#worldModel;
    const { perceptron, actionDistribution, sight, convolutionDepth } = agent;
    const definition = {
      ...{ architecture, pixels, perceptron, actionDistribution, sight, convolutionDepth },
      // One latent for all agents, so that their distances can be compared: the paper's.
      rewardLatent: 'full' as const,
      horizon: this.#horizon,
    };
    const measurement = await HeldOutMeasurement.create(
      this.#engine,
      definition,
      parameters,
      this.#dataset,
      this.#episodes,
      this.#windows,
    );
    const measures: HeldOutMeasures[] = [];
    for (const policy of policies) measures.push(await measurement.measure(policy.parameters));
    await measurement.dispose();
    return measures;
  }
}

/** How many of a dataset's episodes an agent learned from: the first ones, if it learned from that dataset. */
function learnedEpisodes(home: string, runId: string, dataset: Dataset): number {
  const { configuration, datasets } = readDescription(runFolder(home, runId));
  const { id, contentHash } = dataset.metadata;
  const isSame = datasets.some((known) => known.id === id || known.contentHash === contentHash);
  return isSame ? Number(configuration['expertEpisodes'] ?? 0) : 0;
}
