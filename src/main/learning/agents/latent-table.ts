import * as tf from '@tensorflow/tfjs-core';
import type { TrainStepDefinition } from '../../tensor/train-step';

/** Frozen: the expert's latents (h, z) one below the other, `[latents, features]`. */
export const LATENT_TABLE = 'expert/table';

/**
 * An agent's step that finds the expert's latents where it computes, instead of being given them: its input
 * `expertLatents` `[…, features]` becomes `expertRows` `[…]`, rows of a table of all of them. A step of the paper's size
 * would have to be sent 50 MB, which takes a fast GPU longer than the step.
 */
export function withLatentTable(step: TrainStepDefinition, latents: number): TrainStepDefinition {
  const { expertLatents, ...others } = step.inputs;
  const shape = expertLatents!.shape;
  return {
    ...step,
    frozen: { ...step.frozen, [LATENT_TABLE]: [latents, shape.at(-1)!] },
    inputs: { ...others, expertRows: { shape: shape.slice(0, -1), type: 'int32' } },
    loss: (parameters, context) => {
      const found = tf.gather(context.frozen[LATENT_TABLE]!, context.inputs['expertRows']! as tf.Tensor1D);
      return step.loss(parameters, { ...context, inputs: { ...context.inputs, expertLatents: found } });
    },
  };
}
