import { dittoConfiguration, type DittoConfiguration } from '../../shared/configuration/agent';
import { parseConfiguration } from '../../shared/configuration/field';
import { trainingRunConfiguration } from '../../shared/configuration/run';
import { randomGenerator } from '../../shared/random';
import { StudioError } from '../../shared/errors';
import { dittoTrainStep, initialTarget, type DittoDefinition } from '../learning/agents/ditto';
import { initializeParameters } from '../learning/initialization';
import {
  featureSize,
  recurrentShapes,
  type WorldModelArchitecture,
} from '../learning/world-model/architecture';
import { selectEngine } from '../tensor/engines';
import type { TensorValues } from '../tensor/program';
import { TrainStep } from '../tensor/train-step';
import type { AgentModel } from './agent-runs';
import { openRunDataset, requireEnvironment } from './datasets';
import { writeDreamArtifact } from './dream-artifact';
import { splitExpertEpisodes } from './expert-episodes';
import { encodeEpisodes, expertWindows, gatherLatents, type ExpertWindow } from './expert-latents';
import type { JobContext } from './job-context';
import { HeldOutMeasurement } from './measure-held-out';
import { pick } from './tensors';
import { train, type Training } from './training-loop';
import { loadWorldModel } from './world-model-runs';

/** Windows of held-out expert latents that a validation measures. */
const HELD_OUT_WINDOWS = 64;

/** Encodes the expert's episodes, then trains a policy on them inside the world model. */
export async function trainDitto(context: JobContext): Promise<Record<string, number> | undefined> {
  const { description, home } = context;
  const { training: _, method: __, ...values } = description.configuration;
  const configuration = parseConfiguration(dittoConfiguration, values);
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
  const expert = encoded.slice(0, split.training.length);
  const heldOut = encoded.slice(split.training.length);

  const { architecture, pixels } = worldModel;
  const definition = defineDitto(configuration, architecture);
  const step = dittoTrainStep(definition);
  const initial = initializeParameters(step.parameters, settings.seed);
  const trainStep = await TrainStep.compile(engine, step, {
    parameters: initial,
    carried: initialTarget(initial),
    frozen: pick(worldModel.parameters, Object.keys(recurrentShapes(architecture))),
  });
  const { perceptron, rewardLatent, horizon } = definition;
  const model: AgentModel = {
    method: 'ditto',
    environment: worldModel.environment,
    architecture,
    pixels,
    perceptron,
    convolutionDepth: architecture.convolutionDepth,
    rewardLatent,
  };
  const sampler = new DittoSampler(definition, expertWindows(expert, horizon), settings.seed, configuration);
  const training: Training = {
    phase: 'Training DITTO',
    totalSteps: configuration.steps,
    settings,
    trainStep,
    inputs: (index) => Promise.resolve(sampler.sample(index)),
    model,
  };
  const measurement =
    heldOut.length > 0
      ? await HeldOutMeasurement.create(
          engine,
          { ...model, sight: 'latent', horizon },
          worldModel.parameters,
          dataset,
          heldOut,
          HELD_OUT_WINDOWS,
        )
      : undefined;
  if (measurement) {
    training.validate = async () => ({ ...(await measurement.measure(await trainStep.parameters())) });
    training.score = (validation) => -validation['latentDistance']!;
  }
  const { finished, validation } = await train(context, training);
  if (finished) {
    const shown = heldOut[0] ?? expert[0]!;
    await writeDreamArtifact(
      context,
      engine,
      worldModel,
      model,
      await trainStep.parameters(),
      dataset,
      shown,
    );
  }
  await trainStep.dispose();
  await measurement?.dispose();
  return finished ? validation : undefined;
}

function defineDitto(
  configuration: DittoConfiguration,
  architecture: WorldModelArchitecture,
): DittoDefinition {
  const { hiddenLayers, hiddenUnits, learningRate, adamEpsilon, gradientClip, ...rest } = configuration;
  return {
    ...rest,
    architecture,
    perceptron: { hiddenLayers, hiddenUnits },
    optimizer: { learningRate, epsilon: adamEpsilon, weightDecay: 0, gradientClip },
  };
}

/** Batches of expert windows and noise, as pure functions of the step. */
class DittoSampler {
  private readonly definition: DittoDefinition;
  private readonly windows: readonly ExpertWindow[];
  private readonly seed: number;
  private readonly targetUpdateInterval: number;

  constructor(
    definition: DittoDefinition,
    windows: readonly ExpertWindow[],
    seed: number,
    { targetUpdateInterval }: DittoConfiguration,
  ) {
    this.definition = definition;
    this.windows = windows;
    this.seed = seed;
    this.targetUpdateInterval = targetUpdateInterval;
  }

  sample(step: number): Record<string, TensorValues> {
    const { architecture, batchSize, horizon } = this.definition;
    const random = randomGenerator(this.seed, 'ditto', step);
    const chosen = Array.from(
      { length: batchSize },
      () => this.windows[random.integer(this.windows.length)]!,
    );
    const steps = horizon - 1;
    return {
      expertLatents: gatherLatents(chosen, horizon, featureSize(architecture)),
      priorUniform: random.fillUniform(
        new Float32Array(steps * batchSize * architecture.stochasticVariables),
      ),
      actionUniform: random.fillUniform(new Float32Array(steps * batchSize)),
      updateTarget: Float32Array.of(step > 0 && step % this.targetUpdateInterval === 0 ? 1 : 0),
    };
  }
}
