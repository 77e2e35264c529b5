import {
  agentMethods,
  behaviorCloningConfiguration,
  dittoConfiguration,
  type AgentMethod,
} from '../../shared/configuration/agent';
import { agentPreset, findPreset } from '../../shared/configuration/presets';
import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { behaviorCloningShapes } from '../learning/agents/behavior-cloning';
import { perceptronShapes } from '../learning/agents/policy';
import { featureSize } from '../learning/world-model/architecture';
import type { Registry } from '../registry/registry';
import { splitExpertEpisodes } from '../trainer/expert-episodes';
import type { TrainedWorldModel } from '../trainer/world-model-runs';
import { checkpointBytes, requireDiskSpace } from './disk-space';
import { openTrainedWorldModel } from './open-runs';
import { datasetReference, openStudioDataset, requireFrames } from './open-dataset';
import { asJson, checkedName, decideEngine, trainingConfiguration, type Settings } from './settings';
import { createRun } from './supervisor';

export interface AgentRequest {
  method: string;
  /** Id of the dataset with the expert's episodes. */
  dataset: string;
  /** Id of the run of the world model; model-based methods need it. */
  worldModel?: string | undefined;
  preset: string;
  /** Fields of the method's configuration and `trainingRunConfiguration` that differ from the preset's. */
  settings: Settings;
  name?: string | undefined;
  /** `auto` or an engine's id. */
  engine: string;
}

export const methodTitles: Readonly<Record<AgentMethod, string>> = {
  ditto: 'DITTO',
  bc: 'Behaviour cloning',
};

/** A queued training of an imitation agent. Throws StudioError, and makes nothing, if it could not run. */
export async function createAgentRun(registry: Registry, request: AgentRequest): Promise<RunDescription> {
  const method = findMethod(request.method);
  const preset = findPreset(request.preset);
  const given = { method: agentPreset(preset, method), run: preset.run };
  const dataset = await openStudioDataset(registry, request.dataset);
  requireFrames(dataset);
  const worldModel = method === 'ditto' ? await requireWorldModel(registry, request, dataset) : undefined;
  const plan = worldModel
    ? planDitto(dataset, worldModel, given, request.settings)
    : planBehaviorCloning(dataset, given, request.settings);
  const bytes = checkpointBytes(plan.shapes, plan.training.keepCheckpoints);
  await requireDiskSpace(registry.home, bytes, 'the checkpoints of this agent');
  const engine = await decideEngine(request.engine);
  const { environment } = dataset.metadata;
  return createRun(
    registry.home,
    registry,
    {
      kind: 'agent',
      name: checkedName(request.name ?? `${methodTitles[method]} in ${environment}`),
      seed: plan.training.seed,
      preset: request.preset,
      configuration: asJson({ method, ...plan.configuration, training: plan.training }),
      datasets: [datasetReference(dataset, 'expert')],
      parents: worldModel
        ? [{ role: 'world-model', runId: worldModel.runId, checkpointStep: worldModel.checkpointStep }]
        : [],
      engine,
    },
    plan.configuration.steps,
  );
}

export function findMethod(name: string): AgentMethod {
  const method = agentMethods.find((candidate) => candidate === name);
  if (method) return method;
  throw new StudioError(`There is no method "${name}": choose one of ${agentMethods.join(', ')}.`);
}

async function requireWorldModel(
  registry: Registry,
  { worldModel: runId, method }: AgentRequest,
  dataset: Dataset,
): Promise<TrainedWorldModel> {
  if (runId === undefined) {
    throw new StudioError(`Method ${method} learns inside a world model: name its run with --world-model.`);
  }
  return openTrainedWorldModel(registry, runId, dataset);
}

type Given = Parameters<typeof trainingConfiguration>[1];

function planDitto(dataset: Dataset, worldModel: TrainedWorldModel, given: Given, settings: Settings) {
  const { method: configuration, training } = trainingConfiguration(dittoConfiguration, given, settings);
  requireExperts(dataset, configuration, configuration.horizon);
  const { architecture } = worldModel;
  const features = featureSize(architecture);
  const shapes = {
    ...perceptronShapes('actor', configuration, features, architecture.actions),
    ...perceptronShapes('critic', configuration, features, 1),
    ...perceptronShapes('targetCritic', configuration, features, 1),
  };
  return { configuration, training, shapes };
}

function planBehaviorCloning(dataset: Dataset, given: Given, settings: Settings) {
  const { method: configuration, training } = trainingConfiguration(
    behaviorCloningConfiguration,
    given,
    settings,
  );
  requireExperts(dataset, configuration, 1);
  const { observationShape, actionNames, pixelMean: mean, pixelStandardDeviation } = dataset.metadata;
  const shapes = behaviorCloningShapes({
    imageChannels: observationShape[2],
    actions: actionNames.length,
    convolutionDepth: configuration.convolutionDepth,
    perceptron: configuration,
    pixels: { mean, standardDeviation: pixelStandardDeviation },
  });
  return { configuration, training, shapes };
}

function requireExperts(
  dataset: Dataset,
  { expertEpisodes, validationEpisodes }: { expertEpisodes: number; validationEpisodes: number },
  horizon: number,
): void {
  const { training } = splitExpertEpisodes(dataset, expertEpisodes, validationEpisodes);
  const longest = Math.max(...training.map((index) => dataset.episodes[index]!.length));
  if (longest >= horizon) return;
  throw new StudioError(
    `The longest of the ${expertEpisodes} expert episodes of dataset ${dataset.metadata.id} has ${longest} steps, but ` +
      `the horizon is ${horizon} states: choose a shorter horizon or longer episodes.`,
  );
}
