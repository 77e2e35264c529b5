import { trainingRunConfiguration } from '../../shared/configuration/run';
import { worldModelConfiguration } from '../../shared/configuration/world-model';
import { parseConfiguration } from '../../shared/configuration/field';
import { StreamSampler } from '../datasets/stream-sampler';
import { WindowSampler } from '../datasets/window-sampler';
import { initializeParameters } from '../learning/initialization';
import { worldModelEvaluation, worldModelTrainStep } from '../learning/world-model/world-model';
import { selectEngine } from '../tensor/engines';
import type { Program } from '../tensor/program';
import { TrainStep } from '../tensor/train-step';
import { sequenceInputs } from './batches';
import { openRunDataset } from './datasets';
import type { JobContext } from './job-context';
import { encodeReconstruction, RECONSTRUCTION } from './reconstruction-artifact';
import { Reconstructions } from './reconstructions';
import { train, type Training } from './training-loop';
import { defineWorldModel } from './world-model-definition';

/** Batches of held-out sequences that a validation averages over. */
const VALIDATION_BATCHES = 4;

/** Trains the run's world model on its dataset, offline. */
export async function trainWorldModel(context: JobContext): Promise<Record<string, number> | undefined> {
  const { description } = context;
  const { training: _, ...values } = description.configuration;
  const configuration = parseConfiguration(worldModelConfiguration, values);
  const settings = parseConfiguration(trainingRunConfiguration, description.configuration['training']);
  const dataset = await openRunDataset(context.home, description, 'world-model');
  const definition = defineWorldModel(configuration, dataset.metadata);
  const episodes = splitEpisodes(dataset.episodes.length, configuration.validationShare);
  const { batchSize: batch, sequenceLength: length } = configuration;
  const sampling = { seed: settings.seed, batch, length, episodes: episodes.training };
  const sampler =
    configuration.sampling === 'stream'
      ? new StreamSampler(dataset, sampling)
      : new WindowSampler(dataset, sampling);
  const engine = await selectEngine(description.engine, { threads: settings.threads });
  const step = { ...worldModelTrainStep(definition), precision: settings.precision };
  const trainStep = await TrainStep.compile(engine, step, {
    parameters: initializeParameters(step.parameters, settings.seed),
  });
  const evaluation = await engine.compile(worldModelEvaluation(definition));
  const { stochasticVariables: variables } = definition.architecture;
  const training: Training = {
    phase: 'Training the world model',
    totalSteps: configuration.steps,
    settings,
    trainStep,
    inputs: async (index) =>
      sequenceInputs(await sampler.sample(index), {
        seed: settings.seed,
        stream: 'posterior',
        step: index,
        variables,
      }),
    model: {
      environment: dataset.metadata.environment,
      architecture: definition.architecture,
      pixels: definition.pixels,
    },
  };
  if (episodes.validation.length > 0) {
    const heldOut = new StreamSampler(dataset, { ...sampling, seed: 0, episodes: episodes.validation });
    training.validate = () => validate(evaluation, trainStep, heldOut, variables);
    training.score = (validation) => -validation['loss']!;
  }
  // With too few episodes to hold any out, those that are learned from are better than no picture.
  const shown = episodes.validation.length > 0 ? episodes.validation : episodes.training;
  const reconstructions = await Reconstructions.create(engine, definition, dataset, shown);
  if (reconstructions) {
    training.illustrate = async (step) => {
      const film = await reconstructions.paint(await trainStep.parameters(), step);
      context.writeArtifact(RECONSTRUCTION.kind, RECONSTRUCTION.file, encodeReconstruction(film));
    };
  }
  const { finished, validation } = await train(context, training);
  await Promise.all([trainStep.dispose(), evaluation.dispose(), reconstructions?.dispose()]);
  return finished ? validation : undefined;
}

/** Every n-th episode is held out, so that all recordings of a dataset are represented in both parts. */
function splitEpisodes(count: number, share: number): { training: number[]; validation: number[] } {
  const heldOut = Math.min(Math.round(count * share), count - 1);
  const all = Array.from({ length: count }, (_, index) => index);
  const isHeldOut = (index: number): boolean =>
    Math.floor(((index + 1) * heldOut) / count) > Math.floor((index * heldOut) / count);
  return { training: all.filter((index) => !isHeldOut(index)), validation: all.filter(isHeldOut) };
}

async function validate(
  evaluation: Program,
  trainStep: TrainStep,
  sampler: StreamSampler,
  variables: number,
): Promise<Record<string, number>> {
  evaluation.writeState(await trainStep.parameters());
  const sums: Record<string, number> = {};
  for (let index = 0; index < VALIDATION_BATCHES; index++) {
    const noise = { seed: 0, stream: 'validation', step: index, variables };
    const outputs = await evaluation.run(sequenceInputs(await sampler.sample(index), noise));
    for (const [name, [value]] of Object.entries(outputs)) sums[name] = (sums[name] ?? 0) + value!;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / VALIDATION_BATCHES]));
}
