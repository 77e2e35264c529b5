import { basename } from 'node:path';
import { DatasetWriter } from '../src/main/datasets/dataset-writer';
import { createEnvironment, createPolicy } from '../src/main/environments';
import { playEpisode } from '../src/main/trainer/record';

const ENVIRONMENT = 'balance';

/** Records a dataset to measure with, named as its folder: an expert of `balance` that now and then does something else. */
export async function recordDataset(folder: string, episodes: number): Promise<void> {
  const environment = createEnvironment(ENVIRONMENT);
  const policy = createPolicy(environment, 'expert', { noise: 0.3 });
  const { observationShape, actions } = environment.specification;
  const writer = await DatasetWriter.create(folder, {
    id: basename(folder),
    name: 'bench',
    environment: ENVIRONMENT,
    observationShape,
    actionNames: actions,
    recording: { policy: 'expert', noise: 0.3, seed: 0 },
  });
  for (let seed = 0; seed < episodes; seed++)
    await writer.append(await playEpisode(environment, policy, seed));
  await writer.close();
}
