import {
  worldModelConfiguration,
  type WorldModelConfiguration,
} from '../../shared/configuration/world-model';
import type { TrainingRunConfiguration } from '../../shared/configuration/run';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import type { WorldModelArchitecture } from '../learning/world-model/architecture';
import { worldModelArchitecture } from '../trainer/world-model-definition';
import { requireFrames } from './open-dataset';
import { trainingConfiguration, type Settings } from './settings';

/** What a world model's training would be. */
export interface WorldModelPlan {
  configuration: WorldModelConfiguration;
  training: TrainingRunConfiguration;
  architecture: WorldModelArchitecture;
}

/** Throws StudioError for a bad setting, or a dataset that cannot be learned from with it. */
export function planWorldModel(
  dataset: Dataset,
  preset: Parameters<typeof trainingConfiguration>[1],
  settings: Settings,
): WorldModelPlan {
  const { method: configuration, training } = trainingConfiguration(
    worldModelConfiguration,
    preset,
    settings,
  );
  requireFrames(dataset);
  requireSequences(dataset, configuration);
  return { configuration, training, architecture: worldModelArchitecture(configuration, dataset.metadata) };
}

function requireSequences(dataset: Dataset, { sampling, sequenceLength }: WorldModelConfiguration): void {
  const longest = Math.max(...dataset.episodes.map(({ length }) => length));
  if (sampling === 'stream' || longest >= sequenceLength) return;
  throw new StudioError(
    `The longest episode of dataset ${dataset.metadata.id} has ${longest} steps, but windows of ${sequenceLength} are ` +
      'asked for: choose a shorter sequence length, or stream sampling, which goes on across episodes.',
  );
}
