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
import {
  initialLossScaling,
  isFiniteNorm,
  lossScale,
  lossScalingShapes,
  nextLossScaling,
} from './loss-scaling';

/** Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019), as PyTorch's AdamW computes it. */
export interface OptimizerConfiguration {
  learningRate: number;
  /** ε, added to the root of the second moment. */
  epsilon: number;
  /** Fraction of a parameter that is taken away per step, times the learning rate; 0 is plain Adam. */
  weightDecay: number;
  /** Largest global norm of all gradients together; 0 does not clip. */
  gradientClip: number;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;

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
    inputs: {
      ...definition.inputs,
      'optimizer/learningRate': { shape: [], type: 'float32' },
      'optimizer/firstCorrection': { shape: [], type: 'float32' },
      'optimizer/secondCorrection': { shape: [], type: 'float32' },
    },
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
      const factor = isMixed ? tf.div(1, lossScale(context.carried)) : undefined;
      const { norm, scale } = clipByGlobalNorm(grads, optimizer.gradientClip, factor);
      const next: NamedTensors = {};
      names.forEach((name, index) => {
        const updated = adamUpdate(
          state[PARAMETER + name]!,
          state[FIRST_MOMENT + name]!,
          state[SECOND_MOMENT + name]!,
          grads[index]!,
          scale,
          inputs,
          optimizer,
        );
        next[PARAMETER + name] = updated.parameter;
        next[FIRST_MOMENT + name] = updated.firstMoment;
        next[SECOND_MOMENT + name] = updated.secondMoment;
      });
      Object.assign(next, prefixed(CARRIED, release(kept.carried)));
      const outputs = { loss: value, gradientNorm: norm, ...release(kept.outputs) };
      return isMixed ? scaledStep(state, next, outputs) : { state: next, outputs };
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

/**
 * The gradients' global norm, and what to multiply them with so that it stays within the limit.
 * @param factor what they have to be multiplied with before, if anything
 */
function clipByGlobalNorm(
  gradients: tf.Tensor[],
  limit: number,
  factor: tf.Tensor | undefined,
): { norm: tf.Scalar; scale: tf.Tensor } {
  const given = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const norm = (factor ? tf.mul(given, factor) : given) as tf.Scalar;
  const scale = limit > 0 ? tf.div(limit, tf.maximum(norm, limit)) : tf.scalar(1);
  return { norm, scale: factor ? tf.mul(scale, factor) : scale };
}

/** Factors that are the same for all elements are multiplied first, so that the memory is passed over less often. */
function adamUpdate(
  parameter: tf.Tensor,
  firstMoment: tf.Tensor,
  secondMoment: tf.Tensor,
  gradient: tf.Tensor,
  scale: tf.Tensor,
  inputs: NamedTensors,
  { epsilon, weightDecay }: OptimizerConfiguration,
): { parameter: tf.Tensor; firstMoment: tf.Tensor; secondMoment: tf.Tensor } {
  const learningRate = inputs['optimizer/learningRate']!;
  const first = tf.add(tf.mul(firstMoment, BETA_1), tf.mul(gradient, tf.mul(scale, 1 - BETA_1)));
  const squared = tf.mul(tf.square(gradient), tf.mul(tf.square(scale), 1 - BETA_2));
  const second = tf.add(tf.mul(secondMoment, BETA_2), squared);
  const rate = tf.div(learningRate, inputs['optimizer/firstCorrection']!);
  const deviation = tf.add(tf.div(tf.sqrt(second), tf.sqrt(inputs['optimizer/secondCorrection']!)), epsilon);
  const decayed =
    weightDecay > 0 ? tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weightDecay))) : parameter;
  const change = tf.mul(rate, tf.div(first, deviation));
  return { parameter: tf.sub(decayed, change), firstMoment: first, secondMoment: second };
}

/** A compiled train step with its count of updates, which Adam's bias correction needs. */
export class TrainStep {
  readonly definition: TrainStepDefinition;
  readonly program: Program;
  /** Optimiser updates made so far, including those before a resume. */
  updates = 0;

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
      'optimizer/learningRate': Float32Array.of(this.definition.optimizer.learningRate),
      'optimizer/firstCorrection': Float32Array.of(1 - BETA_1 ** step),
      'optimizer/secondCorrection': Float32Array.of(1 - BETA_2 ** step),
    });
    this.updates = step;
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
