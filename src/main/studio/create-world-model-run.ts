import { findPreset } from '../../shared/configuration/presets';
import type { RunDescription } from '../../shared/runs';
import { worldModelShapes } from '../learning/world-model/architecture';
import type { Registry } from '../registry/registry';
import { checkpointBytes, requireDiskSpace } from './disk-space';
import { datasetReference, openStudioDataset } from './open-dataset';
import { planWorldModel } from './plan-world-model';
import { asJson, checkedName, decideEngine, type Settings } from './settings';
import { createRun } from './supervisor';

export interface WorldModelRequest {
  /** Of the run, as `reserveRunId` gave it; a new one if left out. */
  id?: string | undefined;
  /** Id of the dataset to learn from. */
  dataset: string;
  preset: string;
  /** Fields of `worldModelConfiguration` and `trainingRunConfiguration` that differ from the preset's. */
  settings: Settings;
  name?: string | undefined;
  /** `auto` or an engine's id. */
  engine: string;
}

/** A queued world-model training. Throws StudioError, and makes nothing, if it could not run. */
export async function createWorldModelRun(
  registry: Registry,
  request: WorldModelRequest,
): Promise<RunDescription> {
  const preset = findPreset(request.preset);
  const given = { method: preset.worldModel, run: preset.run };
  const dataset = await openStudioDataset(registry, request.dataset);
  const { configuration, training, architecture } = planWorldModel(dataset, given, request.settings);
  const bytes = checkpointBytes(worldModelShapes(architecture), training.keepCheckpoints);
  await requireDiskSpace(registry.home, bytes, 'the checkpoints of this world model');
  const engine = await decideEngine(request.engine);
  return createRun(
    registry.home,
    registry,
    {
      id: request.id,
      kind: 'world-model',
      name: checkedName(request.name ?? `World model of ${dataset.metadata.environment}`),
      seed: training.seed,
      preset: request.preset,
      configuration: asJson({ ...configuration, training }),
      datasets: [datasetReference(dataset, 'world-model')],
      parents: [],
      engine,
    },
    configuration.steps,
  );
}
