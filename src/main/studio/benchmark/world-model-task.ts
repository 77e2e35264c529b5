import { parseConfiguration } from '../../../shared/configuration/field';
import { findPreset } from '../../../shared/configuration/presets';
import { worldModelConfiguration } from '../../../shared/configuration/world-model';
import { randomGenerator } from '../../../shared/random';
import { initializeParameters } from '../../learning/initialization';
import { worldModelTrainStep, type WorldModelDefinition } from '../../learning/world-model/world-model';
import { elementCount, type NamedValues, type TensorValues } from '../../tensor/program';
import type { TrainStepDefinition } from '../../tensor/train-step';
import { defineWorldModel } from '../../trainer/world-model-definition';

const ACTIONS = 3;

/** Grey frames, as of `pursuit`. */
const RECORDED: Parameters<typeof defineWorldModel>[1] = {
  observationShape: [64, 64, 1],
  actionKind: 'discrete',
  actionNames: Array.from({ length: ACTIONS }, String),
  pixelMean: 127.5,
  pixelStandardDeviation: 73.9,
};

/** A training step with everything that it takes to run it, here or elsewhere. */
export interface WorldModelTask {
  definition: WorldModelDefinition;
  step: TrainStepDefinition;
  parameters: NamedValues;
  inputs: Record<string, TensorValues>;
}

/** What differs from the preset's step. */
export interface StepSize {
  /** Sequences, or rollouts. */
  batch?: number | undefined;
  /** Time steps of each, the horizon of rollouts. */
  length?: number | undefined;
  /** Multiplies the width of every layer. */
  width?: number | undefined;
}

/** The preset's model, for grey frames. */
export function sizedWorldModel(
  preset: string,
  { batch, length, width = 1 }: StepSize = {},
): WorldModelDefinition {
  const configuration = parseConfiguration(worldModelConfiguration, findPreset(preset).worldModel);
  const { convolutionDepth, deterministicSize, hiddenSize } = configuration;
  const sized = parseConfiguration(worldModelConfiguration, {
    ...configuration,
    batchSize: batch ?? configuration.batchSize,
    sequenceLength: length ?? configuration.sequenceLength,
    convolutionDepth: width * convolutionDepth,
    deterministicSize: width * deterministicSize,
    hiddenSize: width * hiddenSize,
  });
  return defineWorldModel(sized, RECORDED);
}

/** The preset's model on noise: the amount of work does not depend on what the images show. */
export function worldModelTask(preset: string, size?: StepSize): WorldModelTask {
  const definition = sizedWorldModel(preset, size);
  const step = worldModelTrainStep(definition);
  return { definition, step, parameters: initializeParameters(step.parameters, 0), inputs: makeInputs(step) };
}

function makeInputs({ inputs }: TrainStepDefinition): Record<string, TensorValues> {
  const random = randomGenerator(0, 'bench');
  const size = (name: string): number => elementCount(inputs[name]!.shape);
  return {
    observations: Uint8Array.from({ length: size('observations') }, () => random.integer(256)),
    previousActions: Int32Array.from({ length: size('previousActions') }, () => random.integer(ACTIONS)),
    isFirst: Float32Array.from({ length: size('isFirst') }, () => (random.uniform() < 0.01 ? 1 : 0)),
    uniform: random.fillUniform(new Float32Array(size('uniform'))),
  };
}
