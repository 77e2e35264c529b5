import {
  behaviorCloningConfiguration,
  dittoConfiguration,
  dreamBehaviorCloningConfiguration,
  dreamGailConfiguration,
  type AgentMethod,
} from '../../shared/configuration/agent';
import type { TrainingRunConfiguration } from '../../shared/configuration/run';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { behaviorCloningTrainStep } from '../learning/agents/behavior-cloning';
import { dreamBehaviorCloningTrainStep } from '../learning/agents/d-bc';
import { dreamGailTrainStep } from '../learning/agents/d-gail';
import { dittoTrainStep } from '../learning/agents/ditto';
import type { WorldModelArchitecture } from '../learning/world-model/architecture';
import type { TrainStepDefinition } from '../tensor/train-step';
import {
  defineBehaviorCloning,
  defineDitto,
  defineDreamBehaviorCloning,
  defineDreamGail,
} from '../trainer/agent-definitions';
import { splitExpertEpisodes } from '../trainer/expert-episodes';
import { trainingConfiguration, type Settings } from './settings';

/** What an agent's training would be. */
export interface AgentPlan {
  configuration: { steps: number };
  training: TrainingRunConfiguration;
  step: TrainStepDefinition;
}

/** A preset's settings of a method and of the run. */
type Preset = Parameters<typeof trainingConfiguration>[1];

/**
 * The effective configuration of an agent, and the training step that it makes.
 * @param architecture of the world model; methods that see pixels do without
 * Throws StudioError for a bad setting or too few or too short expert episodes.
 */
export function planAgent(
  method: AgentMethod,
  dataset: Dataset,
  architecture: WorldModelArchitecture | undefined,
  preset: Preset,
  settings: Settings,
): AgentPlan {
  if (method === 'bc') {
    const plan = trainingConfiguration(behaviorCloningConfiguration, preset, settings);
    requireExperts(dataset, plan.method, 1);
    return asPlan(plan, behaviorCloningTrainStep(defineBehaviorCloning(plan.method, dataset)));
  }
  if (!architecture) {
    throw new StudioError(`Method ${method} learns inside a world model: name its run with --world-model.`);
  }
  if (method === 'd-bc') {
    const plan = trainingConfiguration(dreamBehaviorCloningConfiguration, preset, settings);
    requireExperts(dataset, plan.method, 1);
    return asPlan(plan, dreamBehaviorCloningTrainStep(defineDreamBehaviorCloning(plan.method, architecture)));
  }
  if (method === 'd-gail') {
    const plan = trainingConfiguration(dreamGailConfiguration, preset, settings);
    requireExperts(dataset, plan.method, plan.method.horizon);
    return asPlan(plan, dreamGailTrainStep(defineDreamGail(plan.method, architecture)));
  }
  const plan = trainingConfiguration(dittoConfiguration, preset, settings);
  const latents = requireExperts(dataset, plan.method, plan.method.horizon);
  return asPlan(plan, dittoTrainStep(defineDitto(plan.method, architecture, latents)));
}

function asPlan(
  plan: { method: { steps: number }; training: TrainingRunConfiguration },
  step: TrainStepDefinition,
): AgentPlan {
  return { configuration: plan.method, training: plan.training, step };
}

/** Steps of the expert episodes that are to be learned from. Throws StudioError if they do not do. */
function requireExperts(
  dataset: Dataset,
  { expertEpisodes, validationEpisodes }: { expertEpisodes: number; validationEpisodes: number },
  horizon: number,
): number {
  const { training } = splitExpertEpisodes(dataset, expertEpisodes, validationEpisodes);
  const lengths = training.map((index) => dataset.episodes[index]!.length);
  const longest = Math.max(...lengths);
  if (longest >= horizon) return lengths.reduce((sum, length) => sum + length, 0);
  throw new StudioError(
    `The longest of the ${expertEpisodes} expert episodes of dataset ${dataset.metadata.id} has ${longest} steps, but ` +
      `the horizon is ${horizon} states: choose a shorter horizon or longer episodes.`,
  );
}
