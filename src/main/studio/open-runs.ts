import { existsSync } from 'node:fs';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import type { Registry } from '../registry/registry';
import { loadAgent, type TrainedAgent } from '../trainer/agent-runs';
import { runFolder } from '../trainer/home';
import { loadWorldModel, requireReadable, type TrainedWorldModel } from '../trainer/world-model-runs';

/** A world model that has been trained, and fits a dataset. Throws StudioError if there is none, or it does not. */
export async function openTrainedWorldModel(
  registry: Registry,
  runId: string,
  dataset: Dataset,
): Promise<TrainedWorldModel> {
  registry.getRun(runId);
  const worldModel = await loadWorldModel(registry.home, runId);
  requireReadable(dataset, worldModel);
  return worldModel;
}

/** An agent that has been trained, with the world model it sees through. Throws StudioError if something is missing. */
export async function openTrainedAgent(registry: Registry, runId: string): Promise<TrainedAgent> {
  const { parents } = registry.getRun(runId);
  const gone = parents.find((parent) => !existsSync(runFolder(registry.home, parent.runId)));
  if (gone) {
    throw new StudioError(
      `Agent ${runId} sees through world model ${gone.runId}, whose run is gone: restore its folder, or train another ` +
        'world model and agent.',
    );
  }
  return loadAgent(registry.home, runId);
}
