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
import {
  behaviorCloningActivations,
  dittoActivations,
  dreamBehaviorCloningActivations,
  dreamGailActivations,
} from '../learning/agents/activations';
import { behaviorCloningTrainStep } from '../learning/agents/behavior-cloning';
import { dreamBehaviorCloningTrainStep } from '../learning/agents/d-bc';
import { dreamGailTrainStep } from '../learning/agents/d-gail';
import { dittoTrainStep } from '../learning/agents/ditto';
import {
  behaviorCloningOperations,
  dittoOperations,
  dreamBehaviorCloningOperations,
  dreamGailOperations,
} from '../learning/agents/operations';
import type { WorldModelArchitecture } from '../learning/world-model/architecture';
import type { TrainStepDefinition } from '../tensor/train-step';
import {
  defineBehaviorCloning,
  defineDitto,
  defineDreamBehaviorCloning,
  defineDreamGail,
} from '../trainer/agent-definitions';
import { HELD_OUT_FRAMES, splitExpertEpisodes } from '../trainer/expert-episodes';
import { trainingConfiguration, type Settings } from './settings';

/** What an agent's training would be. */
export interface AgentPlan {
  configuration: { steps: number };
  training: TrainingRunConfiguration;
  step: TrainStepDefinition;
  /** Floating-point operations of one step. */
  operations: number;
  /** Numbers that the layers of one step put out. */
  activations: number;
  /** The same where held-out frames are measured, all in one batch; 0 for methods that see latents. */
  measuredActivations: number;
  /** Expert steps whose latents are held in memory; none for methods that see pixels. */
  encodedSteps: number;
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
    const experts = requireExperts(dataset, plan.method, 1);
    const definition = defineBehaviorCloning(plan.method, dataset);
    const measured = Math.min(HELD_OUT_FRAMES, experts.encoded - experts.learned);
    return {
      ...asPlan(plan, 0),
      step: behaviorCloningTrainStep(definition),
      operations: behaviorCloningOperations(definition),
      activations: behaviorCloningActivations(definition),
      measuredActivations: behaviorCloningActivations({ ...definition, batchSize: measured }),
    };
  }
  if (!architecture) {
    throw new StudioError(`Method ${method} learns inside a world model: name its run with --world-model.`);
  }
  if (method === 'd-bc') {
    const plan = trainingConfiguration(dreamBehaviorCloningConfiguration, preset, settings);
    const experts = requireExperts(dataset, plan.method, 1);
    const definition = defineDreamBehaviorCloning(plan.method, architecture);
    return {
      ...asPlan(plan, experts.encoded),
      step: dreamBehaviorCloningTrainStep(definition),
      operations: dreamBehaviorCloningOperations(definition),
      activations: dreamBehaviorCloningActivations(definition),
    };
  }
  if (method === 'd-gail') {
    const plan = trainingConfiguration(dreamGailConfiguration, preset, settings);
    const experts = requireExperts(dataset, plan.method, plan.method.horizon);
    const definition = defineDreamGail(plan.method, architecture);
    return {
      ...asPlan(plan, experts.encoded),
      step: dreamGailTrainStep(definition),
      operations: dreamGailOperations(definition),
      activations: dreamGailActivations(definition),
    };
  }
  const plan = trainingConfiguration(dittoConfiguration, preset, settings);
  const experts = requireExperts(dataset, plan.method, plan.method.horizon);
  const definition = defineDitto(plan.method, architecture, experts.learned);
  return {
    ...asPlan(plan, experts.encoded),
    step: dittoTrainStep(definition),
    operations: dittoOperations(definition),
    activations: dittoActivations(definition),
  };
}

function asPlan(
  plan: { method: { steps: number }; training: TrainingRunConfiguration },
  encodedSteps: number,
): Pick<AgentPlan, 'configuration' | 'training' | 'encodedSteps' | 'measuredActivations'> {
  return { configuration: plan.method, training: plan.training, encodedSteps, measuredActivations: 0 };
}

/**
 * Steps of the expert episodes that are to be learned from, and of those together with the held-out ones. Throws
 * StudioError if they do not do.
 */
function requireExperts(
  dataset: Dataset,
  { expertEpisodes, validationEpisodes }: { expertEpisodes: number; validationEpisodes: number },
  horizon: number,
): { learned: number; encoded: number } {
  const { training, validation } = splitExpertEpisodes(dataset, expertEpisodes, validationEpisodes);
  const lengths = (episodes: readonly number[]): number[] =>
    episodes.map((index) => dataset.episodes[index]!.length);
  const total = (all: readonly number[]): number => all.reduce((sum, length) => sum + length, 0);
  const longest = Math.max(...lengths(training));
  if (longest >= horizon) {
    return { learned: total(lengths(training)), encoded: total(lengths([...training, ...validation])) };
  }
  throw new StudioError(
    `The longest of the ${expertEpisodes} expert episodes of dataset ${dataset.metadata.id} has ${longest} steps, but ` +
      `the horizon is ${horizon} states: choose a shorter horizon or longer episodes.`,
  );
}
