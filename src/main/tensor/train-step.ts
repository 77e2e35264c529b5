import * as tf from '@tensorflow/tfjs-core';
import type { Precision } from './graph';
import {
  elementCount,
  type Engine,
  type NamedShapes,
  type NamedTensors,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
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
      const gradients = Object.fromEntries(names.map((name, index) => [name, grads[index]!]));
      const groups = updatedTogether(parameters).map((members) => ({
        members,
        gradient: join(members.map((name) => gradients[name]!)),
      }));
      const factor = isMixed ? tf.div(1, lossScale(context.carried)) : undefined;
      const { norm, scale } = clipByGlobalNorm(
        groups.map(({ gradient }) => gradient),
        optimizer.gradientClip,
        factor,
      );
      const next: NamedTensors = {};
      for (const { members, gradient } of groups) {
        const joined = (prefix: string): tf.Tensor => join(members.map((name) => state[prefix + name]!));
        const moments = { first: joined(FIRST_MOMENT), second: joined(SECOND_MOMENT) };
        const updated = adamUpdate(joined(PARAMETER), moments, gradient, scale, inputs, optimizer);
        const sizes = members.map((name) => elementCount(parameters[name]!));
        for (const [prefix, value] of Object.entries(updated)) {
          const parts = members.length === 1 ? [value] : tf.split(value, sizes);
          members.forEach((name, index) => (next[prefix + name] = parts[index]!));
        }
      }
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

/** Biases and the like are many and small: joined, they take one update and not one each. */
function updatedTogether(parameters: NamedShapes): string[][] {
  const names = Object.keys(parameters);
  const vectors = names.filter((name) => parameters[name]!.length === 1);
  const others = names.filter((name) => !vectors.includes(name)).map((name) => [name]);
  return vectors.length > 0 ? [vectors, ...others] : others;
}

const join = (tensors: tf.Tensor[]): tf.Tensor => (tensors.length === 1 ? tensors[0]! : tf.concat(tensors));

/**
 * The next parameter and moments, by the prefix of their names. Factors that are the same for all elements are multiplied
 * first, so that the memory is passed over less often.
 */
function adamUpdate(
  parameter: tf.Tensor,
  moments: { first: tf.Tensor; second: tf.Tensor },
  gradient: tf.Tensor,
  scale: tf.Tensor,
  inputs: NamedTensors,
  { epsilon, weightDecay }: OptimizerConfiguration,
): Record<string, tf.Tensor> {
  const learningRate = inputs['optimizer/learningRate']!;
  const correction = tf.sqrt(inputs['optimizer/secondCorrection']!);
  const rate = tf.div(tf.mul(learningRate, correction), inputs['optimizer/firstCorrection']!);
  const first = tf.add(tf.mul(moments.first, BETA_1), tf.mul(gradient, tf.mul(scale, 1 - BETA_1)));
  const squared = tf.mul(tf.square(gradient), tf.mul(tf.square(scale), 1 - BETA_2));
  const second = tf.add(tf.mul(moments.second, BETA_2), squared);
  // m / (√(v / c) + ε), both sides of the fraction times √c.
  const deviation = tf.add(tf.sqrt(second), tf.mul(correction, epsilon));
  const decayed =
    weightDecay > 0 ? tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weightDecay))) : parameter;
  const change = tf.mul(rate, tf.div(first, deviation));
  return { [PARAMETER]: tf.sub(decayed, change), [FIRST_MOMENT]: first, [SECOND_MOMENT]: second };
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
