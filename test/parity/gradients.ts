import * as tf from '@tensorflow/tfjs-core';
import type {
  NamedShapes,
  NamedTensors,
  NamedValues,
  ProgramDefinition,
} from '../../src/main/tensor/program';
import type { TrainStepDefinition } from '../../src/main/tensor/train-step';

/** A program whose outputs are the gradients of a training step's loss, by parameter. */
export function gradientProgram(definition: TrainStepDefinition): ProgramDefinition {
  const { parameters, carried = {}, frozen = {}, inputs } = definition;
  const names = Object.keys(parameters);
  return {
    name: `${definition.name}-gradients`,
    state: {
      ...withPrefix('parameters/', parameters),
      ...withPrefix('carried/', carried),
      ...withPrefix('frozen/', frozen),
    },
    inputs,
    step: (state, given) => {
      const pick = (prefix: string, shapes: NamedShapes): NamedTensors =>
        Object.fromEntries(Object.keys(shapes).map((name) => [name, state[prefix + name]!]));
      const context = { carried: pick('carried/', carried), frozen: pick('frozen/', frozen), inputs: given };
      const loss = (...values: tf.Tensor[]): tf.Scalar =>
        definition.loss(Object.fromEntries(names.map((name, index) => [name, values[index]!])), context).loss;
      const { grads } = tf.valueAndGrads(loss)(Object.values(pick('parameters/', parameters)));
      return { outputs: Object.fromEntries(names.map((name, index) => [name, grads[index]!])) };
    },
  };
}

/** The state of `gradientProgram`. */
export function gradientState(
  initial: Record<'parameters' | 'carried' | 'frozen', NamedValues>,
): NamedValues {
  return {
    ...withPrefix('parameters/', initial.parameters),
    ...withPrefix('carried/', initial.carried),
    ...withPrefix('frozen/', initial.frozen),
  };
}

function withPrefix<Value>(prefix: string, record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}
