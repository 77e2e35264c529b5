import { onTestFinished } from 'vitest';
import { agentPreset, presets } from '../../../shared/configuration/presets';
import { behaviorCloningConfiguration, type AgentMethod } from '../../../shared/configuration/agent';
import { worldModelConfiguration } from '../../../shared/configuration/world-model';
import type { RunDescription } from '../../../shared/runs';
import { DatasetWriter } from '../../datasets/dataset-writer';
import { createEnvironment, createPolicy } from '../../environments';
import { policyShapes } from '../../learning/agents/held-out';
import { initializeParameters } from '../../learning/initialization';
import { worldModelShapes } from '../../learning/world-model/architecture';
import { Registry } from '../../registry/registry';
import type { AgentModel } from '../../trainer/agent-runs';
import { saveCheckpoint } from '../../trainer/checkpoint';
import { datasetFolder, runFolder } from '../../trainer/home';
import { playEpisode } from '../../trainer/record';
import { toStored } from '../../trainer/tensors';
import { worldModelArchitecture } from '../../trainer/world-model-definition';
import { temporaryFolder } from '../../trainer/test-support';
import { createAgentRun } from '../create-agent-run';
import { createWorldModelRun } from '../create-world-model-run';
import { openStudioDataset } from '../open-dataset';

/** For tests: the registry of an empty home, closed and removed when the test ends. */
export async function temporaryStudio(): Promise<Registry> {
  const registry = await Registry.open(temporaryFolder());
  onTestFinished(() => registry.close());
  return registry;
}

/** For tests: real episodes of a built-in policy; the dataset's id is the environment's unless given. */
export async function recordDataset(
  registry: Registry,
  environmentId: string,
  policyId: string,
  episodes: number,
  { id = environmentId, stickiness = 0 } = {},
): Promise<string> {
  const folder = datasetFolder(registry.home, id);
  const environment = createEnvironment(environmentId, { stickiness });
  const { observationShape, actionKind, actions } = environment.specification;
  const writer = await DatasetWriter.create(folder, {
    ...{ id, name: id, environment: environmentId },
    ...{
      observationShape,
      actionKind,
      actionNames: actions,
      recording: { policy: policyId, noise: 0, stickiness, seed: 0 },
    },
  });
  const policy = createPolicy(environment, policyId);
  for (let seed = 0; seed < episodes; seed++)
    await writer.append(await playEpisode(environment, policy, seed));
  await writer.close();
  await registry.registerDataset(folder);
  return id;
}

export const engine = 'onnxruntime:cpu';
const sizes = worldModelConfiguration.parse(presets.nano.worldModel);
const pixels = { mean: 30, standardDeviation: 50 };

/** For tests: a world model with a checkpoint of random parameters. */
export async function fakeWorldModel(registry: Registry, dataset: string): Promise<RunDescription> {
  const run = await createWorldModelRun(registry, { dataset, preset: 'nano', settings: {}, engine });
  const architecture = worldModelArchitecture(sizes, (await openStudioDataset(registry, dataset)).metadata);
  const shapes = worldModelShapes(architecture);
  const { environment } = registry.getDataset(dataset);
  await saveCheckpoint(runFolder(registry.home, run.id), 60, {
    tensors: { parameters: toStored(initializeParameters(shapes, 1), shapes) },
    state: { model: { environment, architecture: { ...architecture }, pixels } },
  });
  registry.recordCheckpoints(run.id);
  return run;
}

/** For tests: an agent with a checkpoint of random parameters. */
export async function fakeAgent(
  registry: Registry,
  method: AgentMethod,
  dataset: string,
  worldModel?: string,
): Promise<RunDescription> {
  const settings = { expertEpisodes: 1, validationEpisodes: 0 };
  const run = await createAgentRun(registry, {
    method,
    dataset,
    worldModel,
    preset: 'nano',
    settings,
    engine,
  });
  const architecture = worldModelArchitecture(sizes, (await openStudioDataset(registry, dataset)).metadata);
  const { hiddenLayers, hiddenUnits } = behaviorCloningConfiguration.parse(agentPreset(presets.nano, method));
  const model: AgentModel = {
    ...{ method, environment: registry.getDataset(dataset).environment, architecture, pixels },
    perceptron: { hiddenLayers, hiddenUnits },
    actionDistribution: 'truncated-normal',
    convolutionDepth: architecture.convolutionDepth,
    rewardLatent: 'full',
  };
  const shapes = policyShapes({ ...model, sight: method === 'bc' ? 'pixels' : 'latent' });
  await saveCheckpoint(runFolder(registry.home, run.id), 60, {
    tensors: { parameters: toStored(initializeParameters(shapes, 2), shapes) },
    state: { model: JSON.parse(JSON.stringify(model)) as never },
  });
  registry.recordCheckpoints(run.id);
  return run;
}
