import * as tf from '@tensorflow/tfjs-core';
import type { GraphTarget } from './graph';
import {
  checkNextState,
  checkState,
  elementCount,
  type NamedTensors,
  type NamedValues,
  type ProgramDefinition,
} from './program';
import { trace, type TracedGraph } from './tracing-backend';
import { stopCopies } from './uncopied-run';

export const STATE = 'state/';
export const NEXT = 'next/';
export const INPUT = 'input/';
export const OUTPUT = 'output/';

export interface LoweredProgram {
  model: Uint8Array;
  /** Names of the state that the step replaces. */
  nextState: string[];
  outputs: TracedGraph['outputs'];
  /** Whether results are to be given their places, see `uncopied-run.ts`. */
  stopsCopies: boolean;
}

/** Room for one of the outputs. */
export function emptyOutput({ shape, type }: LoweredProgram['outputs'][string]): Float32Array | Int32Array {
  const size = elementCount(shape);
  return type === 'float32' ? new Float32Array(size) : new Int32Array(size);
}

/** The program's whole step as one ONNX model: `state/*` and `input/*` go in, `next/*` and `output/*` come out. */
export function lowerProgram(definition: ProgramDefinition, target: GraphTarget): LoweredProgram {
  const inputs = {
    ...mapEntries(definition.state, STATE, (shape) => ({ shape, type: 'float32' as const })),
    ...mapEntries(definition.inputs, INPUT, (specification) => specification),
  };
  const step = (tensors: NamedTensors): NamedTensors => {
    const { state = {}, outputs } = definition.step(
      withoutPrefix(tensors, STATE),
      withoutPrefix(tensors, INPUT),
    );
    checkNextState(definition, state);
    return {
      ...mapEntries(state, NEXT, (tensor) => tensor),
      ...mapEntries(outputs, OUTPUT, (tensor) => tensor),
    };
  };
  const traced = trace(inputs, step, target);
  const stopsCopies = target.device === 'cpu' && !target.hasOwnOperators;
  if (stopsCopies) stopCopies(traced.graph);
  return {
    stopsCopies,
    model: traced.graph.encode(definition.name),
    nextState: Object.keys(withoutPrefix(traced.outputs, NEXT)),
    outputs: withoutPrefix(traced.outputs, OUTPUT),
  };
}

/**
 * The program as a model file for other people's tools: the `baked` state becomes weights, the rest of the state stays
 * an input and an output, and the prefixes go: a state `x` is read from `x` and comes out as `next_x`.
 */
export function exportProgram(definition: ProgramDefinition, baked: Readonly<NamedValues>): Uint8Array {
  checkState(definition, baked);
  const free = Object.entries(definition.state).filter(([name]) => !(name in baked));
  const inputs = {
    ...Object.fromEntries(free.map(([name, shape]) => [name, { shape, type: 'float32' as const }])),
    ...definition.inputs,
  };
  const traced = trace(inputs, (tensors) => {
    const weights = Object.entries(baked).map(
      ([name, values]) => [name, tf.tensor(values, [...definition.state[name]!])] as const,
    );
    const state = { ...tensors, ...Object.fromEntries(weights) };
    const { state: next = {}, outputs } = definition.step(state, tensors);
    return { ...outputs, ...mapEntries(next, 'next_', (tensor) => tensor) };
  });
  return traced.graph.encode(definition.name);
}

export function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  prefix: string,
  convert: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [prefix + name, convert(value, name)]),
  );
}

function withoutPrefix<Value>(
  record: Readonly<Record<string, Value>>,
  prefix: string,
): Record<string, Value> {
  const entries = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
