import type { DreamerChoice, UsedModel } from '../../shared/dreams';
import { StudioError } from '../../shared/errors';
import type { TrainedAgent } from '../trainer/agent-runs';
import type { TrainedWorldModel } from '../trainer/world-model-runs';
import type { Library } from './library';

/** Who acts in which world. */
export interface Cast {
  worldModel: TrainedWorldModel;
  /** Left out, the expert's actions are repeated. */
  agent: TrainedAgent | undefined;
}

/** Finds the runs of a choice. Throws StudioError if they do not go together. */
export async function findCast(library: Library, choice: DreamerChoice): Promise<Cast> {
  const agent = choice.agent === null ? undefined : await library.agent(choice.agent);
  return { agent, worldModel: await findWorldModel(library, choice, agent) };
}

async function findWorldModel(
  library: Library,
  { worldModel: chosen }: DreamerChoice,
  agent: TrainedAgent | undefined,
): Promise<TrainedWorldModel> {
  if (agent?.worldModel) {
    const own = agent.worldModel;
    if (chosen === null || chosen === own.runId) return own;
    throw new StudioError(
      `Agent ${agent.runId} knows only the latents of world model ${own.runId}: let it dream in that one.`,
    );
  }
  if (chosen === null) {
    const reason = agent
      ? `Agent ${agent.runId} sees pixels and has no world model of its own`
      : 'Nobody acts';
    throw new StudioError(`${reason}: choose a world model to dream in.`);
  }
  const worldModel = await library.worldModel(chosen);
  if (agent) requireSameWorld(agent, worldModel);
  return worldModel;
}

/** A pixel policy is shown what the world model paints, and its actions are the world model's. */
function requireSameWorld(agent: TrainedAgent, worldModel: TrainedWorldModel): void {
  const { imageChannels, actionKind, actions } = agent.architecture;
  const other = worldModel.architecture;
  const same =
    imageChannels === other.imageChannels && actionKind === other.actionKind && actions === other.actions;
  if (same && agent.environment === worldModel.environment) return;
  throw new StudioError(
    `Agent ${agent.runId} is for ${agent.environment}, with ${imageChannels} colour channels and ${actions} actions, ` +
      `but world model ${worldModel.runId} for ${worldModel.environment}, with ${other.imageChannels} and ` +
      `${other.actions}: choose a world model of the agent's environment.`,
  );
}

export const usedModel = ({ runId, checkpointStep }: UsedModel): UsedModel => ({ runId, checkpointStep });
