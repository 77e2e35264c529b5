import * as tf from '@tensorflow/tfjs-core';
import { eagerEngine } from '../../tensor/eager-engine';
import { elementCount } from '../../tensor/program';
import { trainStepProgram, type TrainStepDefinition } from '../../tensor/train-step';

type Shape = readonly number[];

/** Multiply-adds of TF.js's kernels, from the shapes of what goes in and comes out. */
const multiplyAdds: Readonly<Record<string, (inputs: Shape[], output: Shape) => number>> = {
  // Either side may be transposed: what is left of the elements is the inner size.
  BatchMatMul: ([left], output) => elementCount(left!) * output.at(-1)!,
  Conv2D: ([, filter], output) => (elementCount(output) * elementCount(filter!)) / filter![3]!,
  Conv2DBackpropInput: ([dy, filter]) => (elementCount(dy!) * elementCount(filter!)) / filter![3]!,
  Conv2DBackpropFilter: ([, dy], filter) => (elementCount(dy!) * elementCount(filter)) / filter[3]!,
};

/** Floating-point operations of the products and convolutions that one training step really calls. */
export async function countedOperations(definition: TrainStepDefinition): Promise<number> {
  const program = trainStepProgram(definition);
  await (await eagerEngine('cpu').compile(program)).dispose();
  const random = (shape: Shape): tf.Tensor => tf.randomUniform([...shape], 0.1, 0.9, 'float32', 1);
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => {
      const state = Object.fromEntries(
        Object.entries(program.state).map(([name, shape]) => [name, random(shape)]),
      );
      const inputs = Object.fromEntries(
        Object.entries(program.inputs).map(([name, { shape, type }]) => [
          name,
          type === 'int32' ? tf.zeros([...shape], 'int32') : random(shape),
        ]),
      );
      return program.step(state, inputs).outputs['loss']!;
    }),
  );
  return kernels.reduce((sum, { name, inputShapes, outputShapes }) => {
    const count = multiplyAdds[name];
    return count ? sum + 2 * count(inputShapes as Shape[], outputShapes[0] as Shape) : sum;
  }, 0);
}
