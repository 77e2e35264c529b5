import type { AgentMethod } from '../../shared/configuration/agent';
import { methodTitles } from '../../shared/configuration/agent';
import { parseConfiguration } from '../../shared/configuration/field';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { StudioError } from '../../shared/errors';
import type { Dataset } from '../datasets/dataset';
import { featureSize } from '../learning/world-model/architecture';
import { selectEngine } from '../tensor/engines';
import type { Engine, NamedValues, TensorValues } from '../tensor/program';
import { TrainStep, type TrainStepDefinition } from '../tensor/train-step';
import type { AgentModel } from './agent-runs';
import { openRunDataset, requireEnvironment } from './datasets';
import { writeDreamArtifact } from './dream-artifact';
import { splitExpertEpisodes } from './expert-episodes';
import { encodeEpisodes, type EncodedEpisode, type ExpertWindow } from './expert-latents';
import type { JobContext } from './job-context';
import { LatentSource } from './latent-source';
import { HeldOutMeasurement } from './measure-held-out';
import { train, type Training } from './training-loop';
import { loadWorldModel, type TrainedWorldModel } from './world-model-runs';

/** Windows of held-out expert latents that a validation measures. */
const HELD_OUT_WINDOWS = 64;
const SHORTEST_WINDOW = 2;

/** What all methods that see a world model's latents are configured with. */
interface LatentAgentConfiguration {
  steps: number;
  expertEpisodes: number;
  validationEpisodes: number;
  hiddenLayers: number;
  hiddenUnits: number;
  actionDistribution: AgentModel['actionDistribution'];
}

/** What a method learns from. */
export interface LatentExperts {
  worldModel: TrainedWorldModel;
  /** The encoded episodes to learn from. */
  episodes: readonly EncodedEpisode[];
  /** Of the run: all of a method's randomness derives from it. */
  seed: number;
}

export interface LatentBatch {
  /** Whose latents are the step's input `expertLatents`. */
  windows: readonly ExpertWindow[];
  /** Steps of each window. */
  length: number;
  /** The step's other inputs. */
  inputs: Record<string, TensorValues>;
}

/** What is a method's own in training an agent on latents. */
export interface LatentMethod {
  step: TrainStepDefinition;
  initial: { parameters: NamedValues; carried?: NamedValues; frozen?: NamedValues };
  /** What a step learns from, a pure function of the step, counted from 0. */
  batch(step: number): LatentBatch;
  rewardLatent: AgentModel['rewardLatent'];
  /** States per held-out dream, if the held-out episodes are as long. */
  validationHorizon: number;
}

/** Encodes the expert's episodes, then trains a method's policy on them, measures it as it learns, and keeps a dream. */
export async function trainLatentAgent(
  context: JobContext,
  method: AgentMethod,
  configuration: LatentAgentConfiguration,
  prepare: (experts: LatentExperts) => LatentMethod,
): Promise<Record<string, number> | undefined> {
  const { description, home } = context;
  const settings = parseConfiguration(trainingRunConfiguration, description.configuration['training']);
  const parent = description.parents.find(({ role }) => role === 'world-model');
  if (!parent) throw new StudioError(`Run ${description.id} names no world model: create the run again.`);
  const worldModel = await loadWorldModel(home, parent.runId);
  const dataset = await openRunDataset(home, description, 'expert');
  requireEnvironment(dataset, worldModel.environment, `world model ${worldModel.runId}`);
  const split = splitExpertEpisodes(dataset, configuration.expertEpisodes, configuration.validationEpisodes);
  const engine = await selectEngine(description.engine, { threads: settings.threads });

  const chosen = [...split.training, ...split.validation];
  const encoded = await encodeEpisodes(engine, worldModel, dataset, chosen, settings.seed, (done) =>
    context.progress('Encoding the expert', done, chosen.length),
  );
  const episodes = encoded.slice(0, split.training.length);
  const heldOut = encoded.slice(split.training.length);

  const own = prepare({ worldModel, episodes, seed: settings.seed });
  const source = new LatentSource(episodes, featureSize(worldModel.architecture));
  const step = { ...source.read(own.step), precision: settings.precision };
  const frozen = { ...own.initial.frozen, ...source.frozen() };
  const trainStep = await TrainStep.compile(engine, step, { ...own.initial, frozen });
  const { environment, architecture, pixels } = worldModel;
  const { hiddenLayers, hiddenUnits, actionDistribution } = configuration;
  const model: AgentModel = {
    ...{ method, environment, architecture, pixels },
    perceptron: { hiddenLayers, hiddenUnits },
    actionDistribution,
    convolutionDepth: architecture.convolutionDepth,
    rewardLatent: own.rewardLatent,
  };
  const training: Training = {
    phase: `Training ${methodTitles[method]}`,
    totalSteps: configuration.steps,
    settings,
    trainStep,
    inputs: (step) => {
      const { windows, length, inputs } = own.batch(step);
      return Promise.resolve({ ...source.inputs(windows, length), ...inputs });
    },
    model,
  };
  const measurement = await measureHeldOut(
    engine,
    worldModel,
    model,
    dataset,
    heldOut,
    own.validationHorizon,
  );
  if (measurement) {
    training.validate = async () => ({ ...(await measurement.measure(await trainStep.parameters())) });
    training.score = (validation) => -validation['latentDistance']!;
  }
  const { finished, validation } = await train(context, training);
  if (finished) {
    const policy = await trainStep.parameters();
    const shown = heldOut[0] ?? episodes[0]!;
    await writeDreamArtifact(context, engine, worldModel, model, policy, dataset, shown);
  }
  await trainStep.dispose();
  await measurement?.dispose();
  return finished ? validation : undefined;
}

/** Nothing if there is no held-out episode in which a dream could be compared. */
async function measureHeldOut(
  engine: Engine,
  worldModel: TrainedWorldModel,
  model: AgentModel,
  dataset: Dataset,
  episodes: readonly EncodedEpisode[],
  validationHorizon: number,
): Promise<HeldOutMeasurement | undefined> {
  const horizon = Math.min(validationHorizon, ...[Math.max(0, ...episodes.map(({ length }) => length))]);
  if (horizon < SHORTEST_WINDOW) return undefined;
  const definition = { ...model, sight: 'latent' as const, horizon };
  return HeldOutMeasurement.create(
    engine,
    definition,
    worldModel.parameters,
    dataset,
    episodes,
    HELD_OUT_WINDOWS,
  );
}
