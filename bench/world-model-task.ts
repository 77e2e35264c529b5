import { parseConfiguration } from '../src/shared/configuration/field';
import { findPreset } from '../src/shared/configuration/presets';
import { worldModelConfiguration } from '../src/shared/configuration/world-model';
import { randomGenerator } from '../src/shared/random';
import { initializeParameters } from '../src/main/learning/initialization';
import { worldModelTrainStep, type WorldModelDefinition } from '../src/main/learning/world-model/world-model';
import { elementCount, type NamedValues, type TensorValues } from '../src/main/tensor/program';
import type { TrainStepDefinition } from '../src/main/tensor/train-step';

const ACTIONS = 3;

/** A training step with everything that it takes to run it, here or elsewhere. */
export interface WorldModelTask {
  definition: WorldModelDefinition;
  step: TrainStepDefinition;
  parameters: NamedValues;
  inputs: Record<string, TensorValues>;
}

/** The preset's model on noise: the amount of work does not depend on what the images show. */
export function worldModelTask(preset: string, batch?: number): WorldModelTask {
  const configuration = parseConfiguration(worldModelConfiguration, {
    ...findPreset(preset).worldModel,
    ...(batch === undefined ? {} : { batchSize: batch }),
  });
  const definition: WorldModelDefinition = {
    architecture: {
      imageChannels: 1,
      actions: ACTIONS,
      convolutionDepth: configuration.convolutionDepth,
      deterministicSize: configuration.deterministicSize,
      stochasticVariables: configuration.stochasticVariables,
      stochasticClasses: configuration.stochasticClasses,
      hiddenSize: configuration.hiddenSize,
    },
    pixels: { mean: 127.5, standardDeviation: 73.9 },
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
