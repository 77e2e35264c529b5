import { existsSync } from 'node:fs';
import { parseConfiguration } from '../../shared/configuration/field';
import { recordingConfiguration, type RecordingConfiguration } from '../../shared/configuration/run';
import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import { Dataset } from '../datasets/dataset';
import { freeDatasetId } from '../datasets/dataset-folders';
import { requireEnvironment, requirePolicy } from '../environments';
import { gymnasiumSettings } from '../environments/gymnasium/specification';
import type { Registry } from '../registry/registry';
import { datasetFolder, datasetsFolder } from '../trainer/home';
import { requireDiskSpace } from './disk-space';
import { knownEnvironments } from './environments/added-environments';
import { asJson, checkedName, type Settings } from './settings';
import { createRun } from './supervisor';

export interface RecordingRequest {
  /** Of the run, as `reserveRunId` gave it; a new one if left out. */
  id?: string | undefined;
  environment: string;
  policy: string;
  /** Id of the dataset to append to, or to make; a new one is named after environment and policy if left out. */
  dataset?: string | undefined;
  /** Of a new dataset; its id if left out. */
  name?: string | undefined;
  /** Fields of `recordingConfiguration`. */
  settings: Settings;
}

/** Typical share that the compressed frames of a drawn environment take of the raw ones. */
const compression = 0.1;

/** A queued recording of a policy that comes with an environment. Throws StudioError, and makes nothing, if it could not run. */
export async function createRecording(
  registry: Registry,
  { id, environment, policy, dataset, name, settings }: RecordingRequest,
): Promise<RunDescription> {
  const configuration = parseConfiguration(recordingConfiguration, settings);
  const specification = requireEnvironment(knownEnvironments(registry.home), environment);
  requirePolicy(specification, policy);
  const { observationShape, maximumSteps } = specification;
  const datasetId = dataset ?? newDatasetId(registry.home, environment, policy, configuration);
  await checkAppending(registry.home, datasetId, environment);
  const [height, width, channels] = observationShape;
  const frames = configuration.episodes * maximumSteps * height * width * channels;
  await requireDiskSpace(registry.home, frames * compression, `recording ${configuration.episodes} episodes`);
  const datasetName = checkedName(name ?? datasetId);
  return createRun(
    registry.home,
    registry,
    {
      id,
      kind: 'record',
      name: `${policy} in ${environment}`,
      seed: configuration.seed,
      preset: null,
      configuration: asJson({
        ...{ environment, gymnasium: gymnasiumSettings(specification) },
        ...{ policy, datasetId, datasetName, ...configuration },
      }),
      datasets: [],
      parents: [],
      engine: 'none',
    },
    configuration.episodes,
  );
}

function newDatasetId(
  home: string,
  environment: string,
  policy: string,
  { noisePercent, stickyPercent }: RecordingConfiguration,
): string {
  const noise = noisePercent > 0 ? `-noise${noisePercent}` : '';
  // Gymnasium's ids have slashes and colons.
  const stem = `${environment.replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${policy}${noise}${stickyPercent > 0 ? `-sticky${stickyPercent}` : ''}`;
  return freeDatasetId(datasetsFolder(home), stem);
}

async function checkAppending(home: string, datasetId: string, environment: string): Promise<void> {
  const folder = datasetFolder(home, datasetId);
  if (!existsSync(folder)) return;
  const { metadata } = await Dataset.open(folder, { cacheBytes: 0 });
  if (metadata.environment === environment) return;
  throw new StudioError(
    `Dataset ${datasetId} holds ${metadata.environment}, not ${environment}: choose another dataset to record into.`,
  );
}
