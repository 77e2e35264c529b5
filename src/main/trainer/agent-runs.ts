import { z } from 'zod';
import type { AgentMethod } from '../../shared/configuration/agent';
import { agentMethods, policySight } from '../../shared/configuration/agent';
import { continuousDistributions } from '../../shared/configuration/agent-fields';
import { latentAgentProgram, pixelAgentProgram } from '../learning/agents/act';
import { policyShapes, type PolicySight } from '../learning/agents/held-out';
import { actorOf, type ActorSettings } from '../learning/agents/policy';
import type { WorldModelReader } from '../learning/world-model/encode';
import type { NamedValues, ProgramDefinition } from '../tensor/program';
import { loadCheckpoint, type LoadedCheckpoint } from './checkpoint';
import { listCheckpointFolders } from './checkpoint-folders';
import { runFolder } from './home';
import { fromStored } from './tensors';
import {
  loadWorldModel,
  openCheckpoint,
  parseModel,
  worldModelSchema,
  type TrainedWorldModel,
} from './world-model-runs';
import { StudioError } from '../../shared/errors';

const size = z.int().positive();

/** What an agent's checkpoint says of it, under `model`. */
export const agentModelSchema = z.strictObject({
  method: z.enum(agentMethods),
  ...worldModelSchema.shape,
  perceptron: z.strictObject({ hiddenLayers: size, hiddenUnits: size }),
  // Agents from before there were continuous actions do not say.
  actionDistribution: z.enum(continuousDistributions).default('truncated-normal'),
  convolutionDepth: size,
  rewardLatent: z.enum(['full', 'deterministic']),
});
export type AgentModel = z.output<typeof agentModelSchema>;

/** A trained agent, ready to be played. */
export interface TrainedAgent extends WorldModelReader, ActorSettings {
  runId: string;
  checkpointStep: number;
  name: string;
  method: AgentMethod;
  environment: string;
  convolutionDepth: number;
  rewardLatent: 'full' | 'deterministic';
  sight: PolicySight;
  /** The policy's own parameters. */
  parameters: NamedValues;
  /** The model it sees through; pixel agents have none. */
  worldModel: TrainedWorldModel | undefined;
}

/**
 * The newest sound checkpoint of an agent's run, with its world model. Throws StudioError if there is none.
 * @param openWorldModel for whoever has it open already
 */
export async function loadAgent(
  home: string,
  runId: string,
  openWorldModel = (worldModelRun: string) => loadWorldModel(home, worldModelRun),
): Promise<TrainedAgent> {
  const { description, checkpoint } = await openCheckpoint(home, runId, 'agent');
  const model = parseModel(agentModelSchema, checkpoint.state['model'], checkpoint.folder);
  const sight = policySight[model.method];
  const parent = description.parents.find(({ role }) => role === 'world-model');
  if (sight === 'latent' && !parent) {
    throw new StudioError(
      `Run ${runId} does not say which world model it sees through: train the agent again.`,
    );
  }
  return {
    runId,
    checkpointStep: checkpoint.step,
    name: description.name,
    ...model,
    sight,
    parameters: policyParameters(checkpoint, { ...model, sight }),
    worldModel: sight === 'latent' ? await openWorldModel(parent!.runId) : undefined,
  };
}

/** An agent's policy at a gradient step. */
export interface PolicyAtStep {
  step: number;
  parameters: NamedValues;
}

/**
 * The policy at the newest gradient steps that have a sound checkpoint, at most `count` of them, oldest first.
 * @param onDamaged is told of the ones that are passed over
 */
export async function loadPolicies(
  home: string,
  agent: TrainedAgent,
  count: number,
  onDamaged: (reason: string) => void,
): Promise<PolicyAtStep[]> {
  const policies: PolicyAtStep[] = [];
  for (const folder of listCheckpointFolders(runFolder(home, agent.runId)).reverse()) {
    if (policies.length === count) break;
    try {
      const checkpoint = await loadCheckpoint(folder);
      policies.unshift({ step: checkpoint.step, parameters: policyParameters(checkpoint, agent) });
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      onDamaged(error.message);
    }
  }
  return policies;
}

function policyParameters(
  { tensors, folder }: LoadedCheckpoint,
  policy: Parameters<typeof policyShapes>[0],
): NamedValues {
  return fromStored(tensors['parameters'] ?? {}, policyShapes(policy), folder);
}

/** The agent as a program for `batch` environments side by side, and the values to write into its state. */
export function agentProgram(
  agent: TrainedAgent,
  batch: number,
): { definition: ProgramDefinition; values: NamedValues } {
  const { architecture, pixels, convolutionDepth, worldModel, parameters } = agent;
  if (worldModel) {
    const definition = latentAgentProgram(agent, batch);
    const values = Object.fromEntries(
      Object.keys(definition.state).flatMap((name) => {
        const value = parameters[name] ?? worldModel.parameters[name];
        return value ? [[name, value] as const] : [];
      }),
    );
    return { definition, values };
  }
  const { imageChannels } = architecture;
  const definition = pixelAgentProgram({ ...actorOf(agent), imageChannels, convolutionDepth, pixels }, batch);
  return { definition, values: parameters };
}
