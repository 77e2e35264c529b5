import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseConfiguration } from '../../shared/configuration/field';
import { recordingConfiguration } from '../../shared/configuration/run';
import { boundedAction, joinActions, type Action } from '../../shared/actions';
import type { Episode, RecordingDescription } from '../../shared/datasets';
import type { DistantEnvironment, DistantPolicy, Environment, Policy } from '../../shared/environment';
import { gymnasiumSettingsSchema } from '../../shared/gymnasium';
import { Dataset } from '../datasets/dataset';
import { DatasetWriter } from '../datasets/dataset-writer';
import { createPolicy } from '../environments';
import { openForRun } from './environment-source';
import { readJson, writeJson } from './files';
import { datasetFolder } from './home';
import type { JobContext } from './job-context';
import { truncateMetrics } from './metrics';

const recordSchema = z.strictObject({
  environment: z.string(),
  gymnasium: gymnasiumSettingsSchema.optional(),
  policy: z.string(),
  datasetId: z.string(),
  datasetName: z.string(),
});

/** Records episodes of a policy that comes with an environment into a dataset, new or already there. */
export async function record(context: JobContext): Promise<Record<string, number> | undefined> {
  const { configuration } = context.description;
  const { environment: id, gymnasium, policy: policyId, datasetId, datasetName, ...values } = configuration;
  const what = recordSchema.parse({ environment: id, gymnasium, policy: policyId, datasetId, datasetName });
  const { episodes, noisePercent, stickyPercent, seed } = parseConfiguration(recordingConfiguration, values);
  const noise = noisePercent / 100;
  const stickiness = stickyPercent / 100;
  const opened = await openForRun(context, what.environment, what.gymnasium, 1, { stickiness });
  try {
    const environment = opened.instances[0]!;
    const policy = createPolicy(environment, what.policy, { noise });
    const folder = datasetFolder(context.home, what.datasetId);
    const done = await recordedBefore(context.folder, folder);
    const recording = { policy: what.policy, noise, stickiness, seed: seed + done };
    const writer = await openWriter(folder, what, environment, recording);
    truncateMetrics(context.folder, done);
    const phase = `Recording ${what.policy}`;
    for (let index = done; index < episodes; index++) {
      const episode = await playEpisode(environment, policy, seed + index);
      await writer.append(episode);
      const episodeReturn = episode.rewards.reduce((sum, reward) => sum + reward, 0);
      context.metrics.write(index + 1, { episodeReturn, episodeLength: episode.rewards.length });
      context.progress(phase, index + 1, episodes);
      if (context.stopRequested && index + 1 < episodes) {
        await writer.close();
        return undefined;
      }
    }
    await writer.close();
    const own = (await Dataset.open(folder)).episodes.slice(-episodes);
    return { episodes, meanReturn: own.reduce((sum, episode) => sum + episode.return, 0) / episodes };
  } finally {
    opened.close();
  }
}

const startSchema = z.strictObject({ episodesBefore: z.int().nonnegative() });

/**
 * How many episodes this run had recorded before it was interrupted: those that the dataset has gained since the run
 * first started, which `recording.json` in the run folder remembers.
 */
async function recordedBefore(runFolder: string, dataset: string): Promise<number> {
  const marker = join(runFolder, 'recording.json');
  const present = existsSync(dataset) ? (await Dataset.open(dataset)).episodes.length : 0;
  if (existsSync(marker)) return Math.max(0, present - readJson(marker, startSchema).episodesBefore);
  writeJson(marker, { episodesBefore: present });
  return 0;
}

function openWriter(
  folder: string,
  { environment: environmentId, datasetId, datasetName }: z.output<typeof recordSchema>,
  environment: Environment | DistantEnvironment,
  recording: RecordingDescription,
): Promise<DatasetWriter> {
  if (existsSync(folder)) return DatasetWriter.open(folder, { environment: environmentId, recording });
  const { observationShape, actionKind, actions } = environment.specification;
  return DatasetWriter.create(folder, {
    id: datasetId,
    name: datasetName,
    environment: environmentId,
    observationShape: [...observationShape],
    actionKind,
    actionNames: [...actions],
    recording,
  });
}

/** One episode; the action at index t was taken after seeing the observation at index t. */
export async function playEpisode(
  environment: Environment | DistantEnvironment,
  policy: Policy | DistantPolicy,
  seed: number,
): Promise<Episode> {
  const observations: Uint8Array[] = [];
  const actions: Action[] = [];
  const rewards: number[] = [];
  let observation = await environment.reset(seed);
  await policy.begin(seed);
  for (;;) {
    const action = boundedAction(await policy.act());
    const step = await environment.step(action);
    observations.push(observation);
    actions.push(action);
    rewards.push(step.reward);
    observation = step.observation;
    if (step.terminated || step.truncated) {
      return {
        observations: Buffer.concat(observations),
        actions: joinActions(actions),
        rewards: Float32Array.from(rewards),
        terminated: step.terminated,
        truncated: step.truncated,
      };
    }
  }
}
