import * as tf from '@tensorflow/tfjs-core';
import { describeError, StudioError } from '../../shared/errors';
import type { Program, ProgramDefinition } from './program';

const SIZE = 16;

/** Squares a matrix. */
const product: ProgramDefinition = {
  name: 'half-precision',
  state: {},
  inputs: { x: { shape: [SIZE, SIZE], type: 'float32' } },
  step: (_, { x }) => ({ outputs: { y: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D) } }),
};

/**
 * Throws StudioError where an engine cannot multiply in float16: some GPUs and drivers have none.
 * @param make the engine's way to make a program
 */
export async function requireHalfPrecision(
  engine: string,
  make: (definition: ProgramDefinition) => Promise<Program>,
): Promise<void> {
  const failure = await productFailure(make);
  if (failure === undefined) return;
  throw new StudioError(
    `The engine ${engine} does not compute in half precision here (${failure}): choose precision float32.`,
  );
}

/** What is wrong with the square of a matrix of ones, if anything is. */
async function productFailure(
  make: (definition: ProgramDefinition) => Promise<Program>,
): Promise<string | undefined> {
  try {
    const program = await make(product);
    const { y } = await program.run({ x: new Float32Array(SIZE * SIZE).fill(1) });
    await program.dispose();
    return y!.every((value) => value === SIZE) ? undefined : 'a product is wrong';
  } catch (error) {
    return describeError(error);
  }
}
