import { existsSync } from 'node:fs';
import type { DatasetRecord } from '../../../shared/runs';
import type { Episode } from '../../../shared/datasets';
import type { EnvironmentSpecification } from '../../../shared/environment';
import { DatasetWriter } from '../../datasets/dataset-writer';
import type { Registry } from '../../registry/registry';
import { datasetFolder } from '../../trainer/home';
import { requireNoWriter } from './uses';

export interface PersonRecording {
  environment: EnvironmentSpecification;
  /** Seed of this episode. */
  seed: number;
  datasetId: string;
  /** Of a new dataset. */
  datasetName: string;
}

/** Appends an episode that a person has played to a dataset, made if there is none. It is on the disk afterwards. */
export async function keepEpisode(
  registry: Registry,
  episode: Episode,
  { environment, seed, datasetId, datasetName }: PersonRecording,
): Promise<DatasetRecord> {
  requireNoWriter(registry, datasetId);
  const folder = datasetFolder(registry.home, datasetId);
  const recording = { policy: 'person', noise: 0, seed };
  const writer = existsSync(folder)
    ? await DatasetWriter.open(folder, { environment: environment.id, recording })
    : await DatasetWriter.create(folder, {
        ...{ id: datasetId, name: datasetName, environment: environment.id, recording },
        observationShape: environment.observationShape,
        actionKind: environment.actionKind,
        actionNames: environment.actions,
      });
  await writer.append(episode);
  await writer.close();
  return registry.registerDataset(folder);
}
