import type {
  BehaviorCloningConfiguration,
  DittoConfiguration,
  DreamBehaviorCloningConfiguration,
  DreamGailConfiguration,
} from '../../shared/configuration/agent';
import type { Dataset } from '../datasets/dataset';
import type { BehaviorCloningDefinition } from '../learning/agents/behavior-cloning';
import type { DreamBehaviorCloningDefinition } from '../learning/agents/d-bc';
import type { DreamGailDefinition } from '../learning/agents/d-gail';
import type { DittoDefinition } from '../learning/agents/ditto';
import type { WorldModelArchitecture } from '../learning/world-model/architecture';
import type { OptimizerConfiguration } from '../tensor/optimizer';

/** From what a user sets to what the learning takes: one function per method. */

/** @param expertLatentCount steps of all expert episodes that are learned from */
export function defineDitto(
  configuration: DittoConfiguration,
  architecture: WorldModelArchitecture,
  expertLatentCount: number,
): DittoDefinition {
  return { ...configuration, ...latentPolicy(configuration, architecture), expertLatentCount };
}

export function defineDreamGail(
  configuration: DreamGailConfiguration,
  architecture: WorldModelArchitecture,
): DreamGailDefinition {
  const { discriminatorLayers, discriminatorUnits } = configuration;
  return {
    ...configuration,
    ...latentPolicy(configuration, architecture),
    discriminator: { hiddenLayers: discriminatorLayers, hiddenUnits: discriminatorUnits },
  };
}

export function defineDreamBehaviorCloning(
  configuration: DreamBehaviorCloningConfiguration,
  architecture: WorldModelArchitecture,
): DreamBehaviorCloningDefinition {
  return { ...configuration, ...latentPolicy(configuration, architecture) };
}

export function defineBehaviorCloning(
  configuration: BehaviorCloningConfiguration,
  { metadata }: Dataset,
): BehaviorCloningDefinition {
  return {
    imageChannels: metadata.observationShape[2],
    actionKind: metadata.actionKind,
    actions: metadata.actionNames.length,
    actionDistribution: configuration.actionDistribution,
    convolutionDepth: configuration.convolutionDepth,
    perceptron: perceptron(configuration),
    // A dataset of one flat colour has no deviation; any scale will do.
    pixels: { mean: metadata.pixelMean, standardDeviation: metadata.pixelStandardDeviation || 1 },
    batchSize: configuration.batchSize,
    optimizer: optimizer(configuration, configuration.weightDecay),
  };
}

/** One architecture for all policies that see latents (paper section 4.1), and the paper's Adam. */
function latentPolicy(
  configuration: Perceptron & Adam,
  architecture: WorldModelArchitecture,
): Pick<DittoDefinition, 'architecture' | 'perceptron' | 'optimizer'> {
  return { architecture, perceptron: perceptron(configuration), optimizer: optimizer(configuration, 0) };
}

type Perceptron = Pick<DittoConfiguration, 'hiddenLayers' | 'hiddenUnits'>;
type Adam = Pick<DittoConfiguration, 'learningRate' | 'adamEpsilon' | 'gradientClip'>;

const perceptron = ({ hiddenLayers, hiddenUnits }: Perceptron) => ({ hiddenLayers, hiddenUnits });

function optimizer(
  { learningRate, adamEpsilon, gradientClip }: Adam,
  weightDecay: number,
): OptimizerConfiguration {
  return { learningRate, epsilon: adamEpsilon, weightDecay, gradientClip };
}
