import { agentPreset, findPreset } from '../../../shared/configuration/presets';
import type { TrainingRequest } from '../../../shared/contract/training';
import { policySight, type AgentMethod } from '../../../shared/configuration/agent';
import type { RunRecord } from '../../../shared/runs';
import { DEFAULT_CACHE_BYTES, type Dataset } from '../../datasets/dataset';
import { worldModelActivations } from '../../learning/world-model/activations';
import {
  featureSize,
  worldModelShapes,
  type WorldModelArchitecture,
} from '../../learning/world-model/architecture';
import { trainingOperations } from '../../learning/world-model/operations';
import type { Registry } from '../../registry/registry';
import type { NamedShapes } from '../../tensor/program';
import { describeWorldModel, requireReadable } from '../../trainer/world-model-runs';
import { findMethod } from '../create-agent-run';
import { openStudioDataset, requireFrames } from '../open-dataset';
import { planAgent } from '../plan-agent';
import { planWorldModel } from '../plan-world-model';
import type { Settings } from '../settings';

export type KindOfTraining = { kind: 'world-model' } | { kind: 'agent'; method: AgentMethod };

/** What estimates rest on. */
export interface Plan {
  steps: number;
  keepCheckpoints: number;
  threads: number;
  /** A world model, or a policy that sees one or the other. */
  learner: 'world-model' | (typeof policySight)[AgentMethod];
  /** What is learned. */
  parameters: NamedShapes;
  /** What the step keeps beside: target networks, and in memory only the frozen world model. */
  carried: NamedShapes;
  frozen: NamedShapes;
  /** Floating-point operations of one step. */
  operations: number;
  /** Numbers that the layers of one step put out. */
  activations: number;
  /** The same where held-out frames are measured. */
  measuredActivations: number;
  /** Numbers of the expert's latents that stay in memory. */
  latents: number;
  /** Of the dataset's frames, as far as they stay in memory once they have been read. */
  frameBytes: number;
}

/** The plan of a training as a form asks for it. Throws StudioError if it could not run. */
export async function planRequest(registry: Registry, request: TrainingRequest): Promise<Plan> {
  const preset = findPreset(request.preset);
  const dataset = await openStudioDataset(registry, request.dataset);
  if (request.kind === 'world-model') {
    return worldModelPlan(dataset, { method: preset.worldModel, run: preset.run }, request.settings);
  }
  const { method, worldModel } = request;
  const given = { method: agentPreset(preset, method), run: preset.run };
  return agentPlan(registry, method, dataset, worldModel, given, request.settings);
}

/** The plan that a run was made from. Throws StudioError where what it was made from is gone. */
export async function planRun(registry: Registry, run: RunRecord): Promise<Plan> {
  const { method, training, ...configuration } = run.configuration;
  const dataset = await openStudioDataset(registry, run.datasets[0]?.id ?? '');
  // A run spells out every setting.
  const given = { method: configuration, run: training as Settings };
  if (run.kind === 'world-model') return worldModelPlan(dataset, given, {});
  const worldModel = run.parents.find(({ role }) => role === 'world-model')?.runId;
  return agentPlan(registry, findMethod(String(method)), dataset, worldModel, given, {});
}

type Given = { method: Settings; run: Settings };

function worldModelPlan(dataset: Dataset, given: Given, settings: Settings): Plan {
  const { configuration, training, architecture } = planWorldModel(dataset, given, settings);
  const { steps, batchSize, sequenceLength } = configuration;
  return {
    ...{ steps, keepCheckpoints: training.keepCheckpoints, threads: training.threads },
    ...{ learner: 'world-model', parameters: worldModelShapes(architecture), carried: {}, frozen: {} },
    operations: trainingOperations(architecture, batchSize, sequenceLength),
    activations: batchSize * sequenceLength * worldModelActivations(architecture),
    ...{ measuredActivations: 0, latents: 0, frameBytes: cachedBytes(dataset) },
  };
}

async function agentPlan(
  registry: Registry,
  method: AgentMethod,
  dataset: Dataset,
  worldModel: string | undefined,
  given: Given,
  settings: Settings,
): Promise<Plan> {
  requireFrames(dataset);
  const architecture = policySight[method] === 'latent' ? fitting(registry, worldModel, dataset) : undefined;
  const plan = planAgent(method, dataset, architecture, given, settings);
  const { configuration, training, step, operations, activations, measuredActivations, encodedSteps } = plan;
  return {
    ...{ steps: configuration.steps, keepCheckpoints: training.keepCheckpoints, threads: training.threads },
    learner: policySight[method],
    ...{ parameters: step.parameters, carried: step.carried ?? {}, frozen: step.frozen ?? {} },
    ...{ operations, activations, measuredActivations },
    latents: architecture ? encodedSteps * featureSize(architecture) : 0,
    frameBytes: cachedBytes(dataset),
  };
}

const cachedBytes = ({ steps, frameBytes }: Dataset): number =>
  Math.min(DEFAULT_CACHE_BYTES, steps * frameBytes);

function fitting(
  registry: Registry,
  runId: string | undefined,
  dataset: Dataset,
): WorldModelArchitecture | undefined {
  if (runId === undefined) return undefined;
  registry.getRun(runId);
  const worldModel = describeWorldModel(registry.home, runId);
  requireReadable(dataset, { runId, ...worldModel });
  return worldModel.architecture;
}
