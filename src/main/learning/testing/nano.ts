import { randomGenerator } from '../../../shared/random';
import { elementCount, type NamedShapes, type NamedValues } from '../../tensor/program';
import type { OptimizerConfiguration } from '../../tensor/optimizer';
import { initializeParameters } from '../initialization';
import type { WorldModelArchitecture } from '../world-model/architecture';

/** The smallest world model with all its parts. */
export const nanoArchitecture: WorldModelArchitecture = {
  imageChannels: 1,
  actionKind: 'discrete',
  actions: 3,
  convolutionDepth: 2,
  deterministicSize: 6,
  stochasticVariables: 3,
  stochasticClasses: 4,
  hiddenSize: 8,
};

export const nanoOptimizer: OptimizerConfiguration = {
  learningRate: 1e-3,
  epsilon: 1e-5,
  weightDecay: 0.01,
  gradientClip: 100,
};

export const nanoPixels = { mean: 100, standardDeviation: 50 };

/** Random frames, actions and noise of `time` steps for `batch` sequences, time leading; episodes start where said. */
export function nanoSequences(
  time: number,
  batch: number,
  step: number,
  isFirst: (time: number, sequence: number) => boolean = (t) => t === 0,
) {
  const { imageChannels, actions, stochasticVariables } = nanoArchitecture;
  const random = randomGenerator(1, 'sequences', step);
  const rows = time * batch;
  const starts = Array.from({ length: rows }, (_, row) => isFirst(Math.floor(row / batch), row % batch));
  return {
    observations: Uint8Array.from({ length: rows * 64 * 64 * imageChannels }, () => random.integer(256)),
    previousActions: Int32Array.from(starts, (start) => (start ? -1 : random.integer(actions))),
    isFirst: Float32Array.from(starts, Number),
    uniform: random.fillUniform(new Float32Array(rows * stochasticVariables)),
  };
}

/** Initial parameters, with biases and scales that are not all alike. */
export function nanoParameters(shapes: NamedShapes, seed = 7): NamedValues {
  const parameters = initializeParameters(shapes, seed);
  for (const [name, values] of Object.entries(parameters)) {
    const random = randomGenerator(seed, `shake/${name}`);
    values.forEach((value, index) => (values[index] = value + 0.1 * random.normal()));
  }
  return parameters;
}

export function randomTensor(shape: readonly number[], stream: string, from = -1, to = 1): Float32Array {
  const random = randomGenerator(11, stream);
  return Float32Array.from({ length: elementCount(shape) }, () => from + (to - from) * random.uniform());
}
