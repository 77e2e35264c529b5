import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../shared/random';
import { elementCount, type Engine, type NamedValues, type TensorValues } from './program';
import { TrainStep, type TrainStepDefinition } from './train-step';

/** Largest difference from TF.js's `cpu` backend, as a share of each result's largest element. */
const TOLERANCE = 1e-3;
const CHECKED_UPDATES = 2;
const TIMED_UPDATES = 3;

/** A training step with a convolution, products and their gradients: small to be checked, larger to be timed. */
function sampleStep(batch: number, imageSize: number, channels: number): TrainStepDefinition {
  const convolved = Math.floor((imageSize - 4) / 2) + 1;
  return {
    name: 'engine-check',
    parameters: {
      filter: [4, 4, 3, channels],
      bias: [channels],
      weight: [convolved * convolved * channels, 8],
    },
    inputs: {
      images: { shape: [batch, imageSize, imageSize, 3], type: 'uint8' },
      classes: { shape: [batch], type: 'int32' },
    },
    optimizer: { learningRate: 1e-3, epsilon: 1e-3, weightDecay: 0.01, gradientClip: 1 },
    loss: ({ filter, bias, weight }, { inputs }) => {
      const images = tf.sub(tf.mul(inputs['images']!, 1 / 128), 1) as tf.Tensor4D;
      const hidden = tf.elu(tf.add(tf.conv2d(images, filter as tf.Tensor4D, 2, 'valid'), bias!));
      const logits = tf.matMul(tf.reshape(hidden, [batch, -1]), weight!);
      const wanted = tf.oneHot(inputs['classes']!, 8, 1, 0, 'float32');
      const loss = tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), wanted), 1)));
      return { loss: loss as tf.Scalar, outputs: { logits } };
    },
  };
}

async function compileSample(engine: Engine, definition: TrainStepDefinition): Promise<TrainStep> {
  const parameters = Object.entries(definition.parameters).map(([name, shape]) => {
    const random = randomGenerator(0, `engine-check/${name}`);
    return [name, Float32Array.from({ length: elementCount(shape) }, () => 0.2 * random.uniform() - 0.1)];
  });
  return TrainStep.compile(engine, definition, { parameters: Object.fromEntries(parameters) as NamedValues });
}

function sampleInputs(definition: TrainStepDefinition): Record<string, TensorValues> {
  const random = randomGenerator(0, 'engine-check/inputs');
  const elements = (name: string): number => elementCount(definition.inputs[name]!.shape);
  return {
    images: Uint8Array.from({ length: elements('images') }, () => random.integer(256)),
    classes: Int32Array.from({ length: elements('classes') }, () => random.integer(8)),
  };
}

/** Trains a little on both engines; null if they agree, else how they differ. */
export async function compareEngines(engine: Engine, reference: Engine): Promise<string | null> {
  const definition = sampleStep(2, 11, 4);
  const actual = await train(engine, definition);
  const expected = await train(reference, definition);
  for (const [name, values] of Object.entries(expected)) {
    const error = relativeError(actual[name]!, values);
    // Written so that NaN fails too.
    if (!(error <= TOLERANCE)) {
      return `Its results are wrong: ${name} differs by ${error.toPrecision(2)} of its size from ${reference.id}.`;
    }
  }
  return null;
}

async function train(
  engine: Engine,
  definition: TrainStepDefinition,
): Promise<Record<string, ArrayLike<number>>> {
  const step = await compileSample(engine, definition);
  try {
    const results: Record<string, ArrayLike<number>> = {};
    for (let update = 1; update <= CHECKED_UPDATES; update++) {
      const outputs = await step.run(sampleInputs(definition));
      for (const [name, values] of Object.entries(outputs)) results[`${name} of update ${update}`] = values;
    }
    return { ...results, ...(await step.parameters()) };
  } finally {
    await step.dispose();
  }
}

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= worst)) worst = difference;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst / Math.max(largest, Number.MIN_VALUE);
}

/** Shortest time of one update of a small network, in milliseconds, after the first, in which engines prepare themselves. */
export async function timeEngine(engine: Engine): Promise<number> {
  const definition = sampleStep(32, 64, 16);
  const step = await compileSample(engine, definition);
  const inputs = sampleInputs(definition);
  try {
    await step.run(inputs);
    let shortest = Infinity;
    for (let update = 0; update < TIMED_UPDATES; update++) {
      const start = performance.now();
      await step.run(inputs);
      shortest = Math.min(shortest, performance.now() - start);
    }
    return shortest;
  } finally {
    await step.dispose();
  }
}
