import { existsSync } from 'node:fs';
import { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import { recordingConfiguration } from '../../shared/configuration/run';
import type { Episode } from '../../shared/datasets';
import type { Environment, Policy } from '../../shared/environment';
import { DatasetWriter } from '../datasets/dataset-writer';
import { createEnvironment, createPolicy } from '../environments';
import { datasetFolder } from './home';
import type { JobContext } from './job-context';

const recordSchema = z.strictObject({
  environment: z.string(),
  policy: z.string(),
  datasetId: z.string(),
  datasetName: z.string(),
});

/** Records episodes of a built-in policy into a dataset, new or already there. */
export async function record(context: JobContext): Promise<Record<string, number> | undefined> {
  const { configuration } = context.description;
  const { environment: id, policy: policyId, datasetId, datasetName, ...values } = configuration;
  const what = recordSchema.parse({ environment: id, policy: policyId, datasetId, datasetName });
  const { episodes, noisePercent, seed } = parseConfiguration(recordingConfiguration, values);
  const noise = noisePercent / 100;
  const environment = createEnvironment(what.environment);
  const policy = createPolicy(environment, what.policy, { noise });
  const writer = await openWriter(context.home, what, environment, { policy: what.policy, noise, seed });
  const phase = `Recording ${what.policy}`;
  let total = 0;
  for (let index = 0; index < episodes; index++) {
    const episode = playEpisode(environment, policy, seed + index);
    await writer.append(episode);
    const episodeReturn = episode.rewards.reduce((sum, reward) => sum + reward, 0);
    total += episodeReturn;
    context.metrics.write(index + 1, { episodeReturn, episodeLength: episode.actions.length });
    context.progress(phase, index + 1, episodes);
    if (context.stopRequested && index + 1 < episodes) {
      await writer.close();
      return undefined;
    }
  }
  await writer.close();
  return { episodes, meanReturn: total / episodes };
}

function openWriter(
  home: string,
  { environment: environmentId, datasetId, datasetName }: z.output<typeof recordSchema>,
  environment: Environment,
  recording: { policy: string; noise: number; seed: number },
): Promise<DatasetWriter> {
  const folder = datasetFolder(home, datasetId);
  if (existsSync(folder)) return DatasetWriter.open(folder, { environment: environmentId, recording });
  const { observationShape, actions } = environment.specification;
  return DatasetWriter.create(folder, {
    id: datasetId,
    name: datasetName,
    environment: environmentId,
    observationShape: [...observationShape],
    actionNames: [...actions],
    recording,
  });
}

/** One episode; the action at index t was taken after seeing the observation at index t. */
export function playEpisode(environment: Environment, policy: Policy, seed: number): Episode {
  const observations: Uint8Array[] = [];
  const actions: number[] = [];
  const rewards: number[] = [];
  let observation = environment.reset(seed);
  policy.begin(seed);
  for (;;) {
    const action = policy.act();
    const step = environment.step(action);
    observations.push(observation);
    actions.push(action);
    rewards.push(step.reward);
    observation = step.observation;
    if (step.terminated || step.truncated) {
      return {
        observations: Buffer.concat(observations),
        actions: Int32Array.from(actions),
        rewards: Float32Array.from(rewards),
        terminated: step.terminated,
        truncated: step.truncated,
      };
    }
  }
}
