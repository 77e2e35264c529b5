import * as tf from '@tensorflow/tfjs-core';
import type { Precision } from './graph';
import type {
  Engine,
  NamedShapes,
  NamedTensors,
  NamedValues,
  Program,
  ProgramDefinition,
  TensorValues,
} from './program';
import { optimize, optimizerInputs, optimizerValues, type OptimizerConfiguration } from './optimizer';
import {
  initialLossScaling,
  isFiniteNorm,
  lossScale,
  lossScalingShapes,
  nextLossScaling,
  skippedSteps,
  wasMade,
} from './loss-scaling';

export interface LossResult {
  loss: tf.Scalar;
  /** Returned to the caller after each step: metrics, or anything else worth seeing. */
  outputs: NamedTensors;
  /** New values of carried state. */
  carried?: NamedTensors;
}

export interface TrainStepDefinition {
  name: string;
  /** What is trained. */
  parameters: NamedShapes;
  /** State that the loss reads and may replace: recurrent state, target networks. */
  carried?: NamedShapes;
  /** Weights that the loss reads and nothing changes. */
  frozen?: NamedShapes;
  inputs: ProgramDefinition['inputs'];
  /** In `mixed`, a step whose gradients are not finite changes nothing but the scale of the loss. */
  precision?: Precision | undefined;
  optimizer: OptimizerConfiguration;
  loss(
    parameters: NamedTensors,
    context: { carried: NamedTensors; frozen: NamedTensors; inputs: NamedTensors },
  ): LossResult;
}

const PARAMETER = 'parameter/';
const FIRST_MOMENT = 'firstMoment/';
const SECOND_MOMENT = 'secondMoment/';
const CARRIED = 'carried/';
const FROZEN = 'frozen/';
const OPTIMIZER = 'optimizer/';

/** One optimiser step as a program: loss, gradients, clipping and update in a single graph. */
export function trainStepProgram(definition: TrainStepDefinition): ProgramDefinition {
  const { parameters, carried = {}, frozen = {}, optimizer, precision } = definition;
  const isMixed = precision === 'mixed';
  const names = Object.keys(parameters);
  return {
    name: definition.name,
    precision,
    state: {
      ...prefixed(PARAMETER, parameters),
      ...prefixed(FIRST_MOMENT, parameters),
      ...prefixed(SECOND_MOMENT, parameters),
      ...prefixed(CARRIED, carried),
      ...prefixed(FROZEN, frozen),
    },
    inputs: { ...definition.inputs, ...prefixed(OPTIMIZER, optimizerInputs) },
    step: (state, inputs) => {
      const context = { carried: select(state, CARRIED), frozen: select(state, FROZEN), inputs };
      const kept: { outputs: NamedTensors; carried: NamedTensors } = { outputs: {}, carried: {} };
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const current = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
        const result = definition.loss(current, context);
        // valueAndGrads frees everything but the loss when it returns.
        for (const [name, tensor] of Object.entries(result.outputs)) kept.outputs[name] = tf.keep(tensor);
        for (const [name, tensor] of Object.entries(result.carried ?? {}))
          kept.carried[name] = tf.keep(tensor);
        return isMixed ? tf.mul(result.loss, lossScale(context.carried)) : result.loss;
      };
      const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => state[PARAMETER + name]!));
      const { next, norm } = optimize(
        {
          parameters: select(state, PARAMETER),
          firstMoments: select(state, FIRST_MOMENT),
          secondMoments: select(state, SECOND_MOMENT),
        },
        Object.fromEntries(names.map((name, index) => [name, grads[index]!])),
        select(inputs, OPTIMIZER),
        { ...optimizer, gradientFactor: isMixed ? tf.div(1, lossScale(context.carried)) : undefined },
      );
      const replaced = {
        ...prefixed(PARAMETER, next.parameters),
        ...prefixed(FIRST_MOMENT, next.firstMoments),
        ...prefixed(SECOND_MOMENT, next.secondMoments),
        ...prefixed(CARRIED, release(kept.carried)),
      };
      const outputs = { loss: value, gradientNorm: norm, ...release(kept.outputs) };
      return isMixed ? scaledStep(state, replaced, outputs) : { state: replaced, outputs };
    },
  };
}

/** Of a step in mixed precision: all that it replaces stays as it was where its gradients are not finite. */
function scaledStep(
  state: NamedTensors,
  next: NamedTensors,
  { loss, gradientNorm, ...outputs }: NamedTensors,
): { state: NamedTensors; outputs: NamedTensors } {
  const carried = select(state, CARRIED);
  const isFinite = isFiniteNorm(gradientNorm as tf.Scalar);
  const kept = Object.entries(next).map(
    ([name, value]) => [name, tf.where(isFinite, value, state[name]!)] as const,
  );
  const scale = lossScale(carried);
  return {
    state: { ...Object.fromEntries(kept), ...prefixed(CARRIED, nextLossScaling(carried, isFinite)) },
    outputs: { loss: tf.div(loss!, scale), gradientNorm: gradientNorm!, lossScale: scale, ...outputs },
  };
}

/** A compiled train step with its count of updates, which Adam's bias correction needs. */
export class TrainStep {
  readonly definition: TrainStepDefinition;
  readonly program: Program;
  /** Optimiser updates made so far, including those before a resume. */
  updates = 0;
  /** Of those, the ones that mixed precision did not make. */
  private skipped = 0;

  private constructor(definition: TrainStepDefinition, program: Program) {
    this.definition = definition;
    this.program = program;
  }

  static async compile(
    engine: Engine,
    definition: TrainStepDefinition,
    initial: { parameters: NamedValues; carried?: NamedValues; frozen?: NamedValues },
  ): Promise<TrainStep> {
    const isMixed = definition.precision === 'mixed';
    const complete = isMixed
      ? { ...definition, carried: { ...definition.carried, ...lossScalingShapes } }
      : definition;
    const program = await engine.compile(trainStepProgram(complete));
    program.writeState({
      ...prefixed(PARAMETER, initial.parameters),
      ...prefixed(CARRIED, { ...initial.carried, ...(isMixed && initialLossScaling()) }),
      ...prefixed(FROZEN, initial.frozen ?? {}),
    });
    return new TrainStep(complete, program);
  }

  /** One update; returns `loss`, `gradientNorm` and the loss function's outputs. */
  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    const step = this.updates + 1;
    const outputs = await this.program.run({
      ...inputs,
      ...prefixed(OPTIMIZER, optimizerValues(this.definition.optimizer, step - this.skipped)),
    });
    this.updates = step;
    const isMixed = this.definition.precision === 'mixed';
    if (isMixed && !wasMade(outputs['gradientNorm']![0]!)) this.skipped++;
    return outputs;
  }

  parameters(): Promise<NamedValues> {
    return this.read(PARAMETER, this.definition.parameters);
  }

  /** Everything that a resumed run needs to continue exactly, besides `updates`. */
  async snapshot(): Promise<{ parameters: NamedValues; optimizer: NamedValues; carried: NamedValues }> {
    const first = await this.read(FIRST_MOMENT, this.definition.parameters);
    const second = await this.read(SECOND_MOMENT, this.definition.parameters);
    return {
      parameters: await this.parameters(),
      optimizer: { ...prefixed(FIRST_MOMENT, first), ...prefixed(SECOND_MOMENT, second) },
      carried: await this.read(CARRIED, this.definition.carried ?? {}),
    };
  }

  restore(
    snapshot: { parameters: NamedValues; optimizer: NamedValues; carried: NamedValues },
    updates: number,
  ): void {
    this.program.writeState({
      ...prefixed(PARAMETER, snapshot.parameters),
      ...snapshot.optimizer,
      ...prefixed(CARRIED, snapshot.carried),
    });
    this.updates = updates;
    this.skipped = skippedSteps(snapshot.carried);
  }

  writeCarried(values: NamedValues): void {
    this.program.writeState(prefixed(CARRIED, values));
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }

  private async read(prefix: string, shapes: NamedShapes): Promise<NamedValues> {
    const values = await this.program.readState(Object.keys(shapes).map((name) => prefix + name));
    return Object.fromEntries(
      Object.entries(values).map(([name, data]) => [name.slice(prefix.length), data]),
    );
  }
}

function prefixed<Value>(prefix: string, record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}

function select(record: NamedTensors, prefix: string): NamedTensors {
  const entries = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Hands kept tensors back to the enclosing scope, which frees them. */
function release(kept: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(kept).map(([name, tensor]) => {
      const scoped = tf.clone(tensor);
      tensor.dispose();
      return [name, scoped];
    }),
  );
}
