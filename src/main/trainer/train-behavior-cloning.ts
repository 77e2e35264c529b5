import { actionAt, joinActions } from '../../shared/actions';
import { behaviorCloningConfiguration } from '../../shared/configuration/agent';
import { parseConfiguration } from '../../shared/configuration/field';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { randomGenerator } from '../../shared/random';
import type { Dataset } from '../datasets/dataset';
import { behaviorCloningMeasurement, behaviorCloningTrainStep } from '../learning/agents/behavior-cloning';
import { initializeParameters } from '../learning/initialization';
import { selectEngine } from '../tensor/engines';
import type { Program, TensorValues } from '../tensor/program';
import { TrainStep } from '../tensor/train-step';
import { defineBehaviorCloning } from './agent-definitions';
import type { AgentModel } from './agent-runs';
import { openRunDataset } from './datasets';
import { HELD_OUT_FRAMES, splitExpertEpisodes } from './expert-episodes';
import type { JobContext } from './job-context';
import { methodConfiguration } from './method-configuration';
import { train, type Training } from './training-loop';

/** Clones the expert's actions from single frames. */
export async function trainBehaviorCloning(context: JobContext): Promise<Record<string, number> | undefined> {
  const { description, home } = context;
  const configuration = methodConfiguration(context, behaviorCloningConfiguration);
  const settings = parseConfiguration(trainingRunConfiguration, description.configuration['training']);
  const dataset = await openRunDataset(home, description, 'expert');
  const split = splitExpertEpisodes(dataset, configuration.expertEpisodes, configuration.validationEpisodes);
  const engine = await selectEngine(description.engine, { threads: settings.threads });
  const definition = defineBehaviorCloning(configuration, dataset);
  const step = { ...behaviorCloningTrainStep(definition), precision: settings.precision };
  const trainStep = await TrainStep.compile(engine, step, {
    parameters: initializeParameters(step.parameters, settings.seed),
  });
  const frames = stepsOf(dataset, split.training);
  const model: AgentModel = {
    method: 'bc',
    environment: dataset.metadata.environment,
    // A pixel agent has no world model; of this only channels and actions mean anything.
    architecture: {
      imageChannels: definition.imageChannels,
      actionKind: definition.actionKind,
      actions: definition.actions,
      convolutionDepth: definition.convolutionDepth,
      deterministicSize: 1,
      stochasticVariables: 1,
      stochasticClasses: 2,
      hiddenSize: 1,
    },
    pixels: definition.pixels,
    perceptron: definition.perceptron,
    actionDistribution: definition.actionDistribution,
    convolutionDepth: definition.convolutionDepth,
    rewardLatent: 'full',
  };
  const training: Training = {
    phase: 'Training behaviour cloning',
    totalSteps: configuration.steps,
    settings,
    trainStep,
    inputs: (index) => {
      const random = randomGenerator(settings.seed, 'bc', index);
      const chosen = Array.from(
        { length: definition.batchSize },
        () => frames[random.integer(frames.length)]!,
      );
      return gatherFrames(dataset, chosen);
    },
    model,
  };
  const measured = spread(stepsOf(dataset, split.validation), HELD_OUT_FRAMES);
  let measurement: Program | undefined;
  if (measured.length > 0) {
    measurement = await engine.compile(behaviorCloningMeasurement(definition, measured.length));
    const inputs = await gatherFrames(dataset, measured);
    training.validate = () => measure(measurement!, trainStep, inputs);
    training.score = (validation) => -validation['negativeLogLikelihood']!;
  }
  const { finished, validation } = await train(context, training);
  await trainStep.dispose();
  await measurement?.dispose();
  return finished ? validation : undefined;
}

async function measure(
  program: Program,
  trainStep: TrainStep,
  inputs: Record<string, TensorValues>,
): Promise<Record<string, number>> {
  program.writeState(await trainStep.parameters());
  const outputs = await program.run(inputs);
  return Object.fromEntries(Object.entries(outputs).map(([name, [value]]) => [name, value!]));
}

/** Indices of the episodes' steps in the dataset's flat arrays. */
function stepsOf(dataset: Dataset, episodes: readonly number[]): number[] {
  return episodes.flatMap((episode) => {
    const { start, length } = dataset.episodes[episode]!;
    return Array.from({ length }, (_, index) => start + index);
  });
}

/** At most `count` of the items, evenly spread. */
function spread(items: readonly number[], count: number): number[] {
  const size = Math.min(count, items.length);
  return Array.from({ length: size }, (_, index) => items[Math.floor((index * items.length) / size)]!);
}

async function gatherFrames(
  dataset: Dataset,
  steps: readonly number[],
): Promise<Record<string, TensorValues>> {
  const { frameBytes } = dataset;
  const observations = new Uint8Array(steps.length * frameBytes);
  await Promise.all(
    steps.map((step, row) => dataset.copyObservations(step, 1, observations, row * frameBytes)),
  );
  const actions = steps.map((step) => actionAt(dataset.actions, step, dataset.actionWidth));
  return { observations, actions: joinActions(actions) };
}
