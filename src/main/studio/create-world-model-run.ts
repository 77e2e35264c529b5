import { findPreset } from '../../shared/configuration/presets';
import {
  worldModelConfiguration,
  type WorldModelConfiguration,
} from '../../shared/configuration/world-model';
import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { worldModelShapes } from '../learning/world-model/architecture';
import type { Registry } from '../registry/registry';
import { checkpointBytes, requireDiskSpace } from './disk-space';
import { datasetReference, openStudioDataset, requireFrames } from './open-dataset';
import { asJson, checkedName, decideEngine, trainingConfiguration, type Settings } from './settings';
import { createRun } from './supervisor';

export interface WorldModelRequest {
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
  const { method: configuration, training } = trainingConfiguration(
    worldModelConfiguration,
    { method: preset.worldModel, run: preset.run },
    request.settings,
  );
  const dataset = await openStudioDataset(registry, request.dataset);
  requireFrames(dataset);
  requireSequences(dataset, configuration);
  const { observationShape, actionNames, environment } = dataset.metadata;
  const shapes = worldModelShapes({
    ...configuration,
    imageChannels: observationShape[2],
    actions: actionNames.length,
  });
  await requireDiskSpace(
    registry.home,
    checkpointBytes(shapes, training.keepCheckpoints),
    'the checkpoints of this world model',
  );
  const engine = await decideEngine(request.engine);
  return createRun(
    registry.home,
    registry,
    {
      kind: 'world-model',
      name: checkedName(request.name ?? `World model of ${environment}`),
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

function requireSequences(dataset: Dataset, { sampling, sequenceLength }: WorldModelConfiguration): void {
  const longest = Math.max(...dataset.episodes.map(({ length }) => length));
  if (sampling === 'stream' || longest >= sequenceLength) return;
  throw new StudioError(
    `The longest episode of dataset ${dataset.metadata.id} has ${longest} steps, but windows of ${sequenceLength} are ` +
      'asked for: choose a shorter sequence length, or stream sampling, which goes on across episodes.',
  );
}
