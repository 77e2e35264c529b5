import * as tf from '@tensorflow/tfjs-core';
import type { ActionKind, Actions } from '../../../shared/actions';
import type { ProgramDefinition } from '../../tensor/program';

/** What an environment takes. */
export interface ActionSize {
  /** `continuous` ones are vectors in [-1, 1]. */
  actionKind: ActionKind;
  /** Discrete actions, or components of continuous ones. */
  actions: number;
}

/** How actions come into a program: int32 `[rows]`, -1 for none; or float32 `[rows, actions]`, zeros for none. */
export function actionInput(
  { actionKind, actions }: ActionSize,
  rows: number,
): ProgramDefinition['inputs'][string] {
  return actionKind === 'discrete'
    ? { shape: [rows], type: 'int32' }
    : { shape: [rows, actions], type: 'float32' };
}

/** As values for `actionInput`: nothing was done. */
export const noActions = ({ actionKind, actions }: ActionSize, rows: number): Actions =>
  actionKind === 'discrete' ? new Int32Array(rows).fill(-1) : new Float32Array(rows * actions);

/** As networks see them, `[rows, actions]`: discrete ones one-hot, all zeros for none. */
export function actionVectors({ actionKind, actions }: ActionSize, input: tf.Tensor): tf.Tensor2D {
  if (actionKind === 'continuous') return input as tf.Tensor2D;
  return tf.oneHot(input as tf.Tensor1D, actions, 1, 0, 'float32') as tf.Tensor2D;
}

/** How actions leave a program: `actionVectors` backwards. */
export function actionOutput({ actionKind }: ActionSize, vectors: tf.Tensor2D): tf.Tensor {
  return actionKind === 'continuous' ? vectors : tf.argMax(vectors, 1);
}
