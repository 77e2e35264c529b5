import { agentMethods, methodTitles, policySight, type AgentMethod } from '../../shared/configuration/agent';
import { agentPreset, findPreset } from '../../shared/configuration/presets';
import type { RunDescription } from '../../shared/runs';
import { StudioError } from '../../shared/errors';
import type { Registry } from '../registry/registry';
import { checkpointBytes, requireDiskSpace } from './disk-space';
import { openTrainedWorldModel } from './open-runs';
import { planAgent } from './plan-agent';
import { datasetReference, openStudioDataset, requireFrames } from './open-dataset';
import { asJson, checkedName, decideEngine, type Settings } from './settings';
import { createRun } from './supervisor';

export interface AgentRequest {
  /** Of the run, as `reserveRunId` gave it; a new one if left out. */
  id?: string | undefined;
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

/** A queued training of an imitation agent. Throws StudioError, and makes nothing, if it could not run. */
export async function createAgentRun(registry: Registry, request: AgentRequest): Promise<RunDescription> {
  const method = findMethod(request.method);
  const preset = findPreset(request.preset);
  const given = { method: agentPreset(preset, method), run: preset.run };
  const dataset = await openStudioDataset(registry, request.dataset);
  requireFrames(dataset);
  const seesLatents = policySight[method] === 'latent' && request.worldModel !== undefined;
  const worldModel = seesLatents
    ? await openTrainedWorldModel(registry, request.worldModel!, dataset)
    : undefined;
  const plan = planAgent(method, dataset, worldModel?.architecture, given, request.settings);
  const { parameters, carried } = plan.step;
  const bytes = checkpointBytes({ ...parameters, ...carried }, plan.training.keepCheckpoints);
  await requireDiskSpace(registry.home, bytes, 'the checkpoints of this agent');
  const engine = await decideEngine(request.engine);
  const { environment } = dataset.metadata;
  return createRun(
    registry.home,
    registry,
    {
      id: request.id,
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
