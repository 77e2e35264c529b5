import { dittoConfiguration } from '../../shared/configuration/agent';
import type { Engine } from '../tensor/program';
import type { TrainedAgent } from './agent-runs';
import { openRunDataset, requireEnvironment } from './datasets';
import { encodeEpisodes } from './expert-latents';
import type { JobContext } from './job-context';
import { HeldOutMeasurement, type HeldOutMeasures } from './measure-held-out';
import { readDescription } from './run-folder';
import { runFolder } from './home';
import { loadWorldModel } from './world-model-runs';

/** Windows of held-out expert latents; more than in training, because it is done once. */
const WINDOWS = 256;
const SHORTEST_WINDOW = 2;

/**
 * Held-out latent distance and action accuracy of agents, by run id, if the evaluation names a world model and an
 * expert dataset: on the episodes after those that any of the agents learned from. A pixel agent is shown the frames
 * that the world model paints of its dream.
 */
export async function measureAgents(
  context: JobContext,
  engine: Engine,
  agents: readonly TrainedAgent[],
): Promise<Map<string, HeldOutMeasures>> {
  const { description, home } = context;
  const measures = new Map<string, HeldOutMeasures>();
  const parent = description.parents.find(({ role }) => role === 'world-model');
  if (!parent || !description.datasets.some(({ role }) => role === 'expert')) return measures;
  const worldModel = await loadWorldModel(home, parent.runId);
  const dataset = await openRunDataset(home, description, 'expert');
  requireEnvironment(dataset, worldModel.environment, `world model ${worldModel.runId}`);
  const learned = agents.map(({ runId }) => {
    const { configuration } = readDescription(runFolder(home, runId));
    return Number(configuration['expertEpisodes'] ?? 0);
  });
  const first = Math.max(0, ...learned);
  const heldOut = dataset.episodes.map((_, index) => index).filter((index) => index >= first);
  if (heldOut.length === 0) return measures;
  const episodes = await encodeEpisodes(engine, worldModel, dataset, heldOut, 0);
  const longest = Math.max(...episodes.map(({ length }) => length));
  const horizon = Math.min(dittoConfiguration.parse({}).horizon, longest);
  if (horizon < SHORTEST_WINDOW) return measures;
  const { architecture, pixels, parameters } = worldModel;
  for (const agent of agents) {
    const { perceptron, sight, convolutionDepth } = agent;
    // One latent for all agents, so that their distances can be compared: the paper's.
    const definition = {
      architecture,
      pixels,
      perceptron,
      sight,
      convolutionDepth,
      rewardLatent: 'full' as const,
      horizon,
    };
    const measurement = await HeldOutMeasurement.create(
      engine,
      definition,
      parameters,
      dataset,
      episodes,
      WINDOWS,
    );
    measures.set(agent.runId, await measurement.measure(agent.parameters));
    await measurement.dispose();
  }
  return measures;
}
