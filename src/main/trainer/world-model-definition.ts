import type { WorldModelConfiguration } from '../../shared/configuration/world-model';
import type { DatasetMetadata } from '../../shared/datasets';
import type { WorldModelArchitecture } from '../learning/world-model/architecture';
import type { WorldModelDefinition } from '../learning/world-model/world-model';

/** What of a dataset a world model depends on. */
type Recorded = Pick<
  DatasetMetadata,
  'observationShape' | 'actionKind' | 'actionNames' | 'pixelMean' | 'pixelStandardDeviation'
>;

/** From what a user sets and what was recorded to what the learning takes. */
export function defineWorldModel(
  configuration: WorldModelConfiguration,
  recorded: Recorded,
): WorldModelDefinition {
  return {
    architecture: worldModelArchitecture(configuration, recorded),
    // A dataset of one flat colour has no deviation; any scale will do.
    pixels: { mean: recorded.pixelMean, standardDeviation: recorded.pixelStandardDeviation || 1 },
    batchSize: configuration.batchSize,
    sequenceLength: configuration.sequenceLength,
    klWeight: configuration.klWeight,
    klBalance: configuration.klBalance,
    optimizer: {
      learningRate: configuration.learningRate,
      epsilon: configuration.adamEpsilon,
      weightDecay: configuration.weightDecay,
      gradientClip: configuration.gradientClip,
    },
  };
}

/** Model sizes from the configuration, colours and actions from the dataset. */
export function worldModelArchitecture(
  configuration: WorldModelConfiguration,
  {
    observationShape,
    actionKind,
    actionNames,
  }: Pick<Recorded, 'observationShape' | 'actionKind' | 'actionNames'>,
): WorldModelArchitecture {
  return {
    imageChannels: observationShape[2],
    actionKind,
    actions: actionNames.length,
    convolutionDepth: configuration.convolutionDepth,
    deterministicSize: configuration.deterministicSize,
    stochasticVariables: configuration.stochasticVariables,
    stochasticClasses: configuration.stochasticClasses,
    hiddenSize: configuration.hiddenSize,
  };
}
