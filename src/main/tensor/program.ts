import type { Tensor } from '@tensorflow/tfjs-core';
import { elementCount } from './element-count';
import type { Precision } from './graph';
import type { TensorSpecification } from './tracing-backend';

export { elementCount };

export type TensorValues = Float32Array | Int32Array | Uint8Array;
export type NamedTensors = Record<string, Tensor>;
export type NamedShapes = Readonly<Record<string, readonly number[]>>;
export type NamedValues = Record<string, Float32Array>;

/**
 * One repeated computation, written with TF.js operations on fixed shapes. `state` stays inside the engine between
 * runs (parameters, optimiser moments, recurrent state); `inputs` are given at every run.
 */
export interface ProgramDefinition {
  name: string;
  /** Shapes of the float32 tensors that persist. */
  state: NamedShapes;
  inputs: Readonly<Record<string, TensorSpecification>>;
  /** float32 if left out */
  precision?: Precision | undefined;
  /** State that is not returned stays as it was. */
  step(state: NamedTensors, inputs: NamedTensors): { state?: NamedTensors; outputs: NamedTensors };
}

/** A definition made ready to run by an engine. */
export interface Program {
  readonly definition: ProgramDefinition;
  /** Runs one step. Throws if an input is missing or has the wrong number of elements. */
  run(inputs: Readonly<Record<string, TensorValues>>): Promise<Record<string, Float32Array | Int32Array>>;
  /** Replaces the named parts of the state. */
  writeState(values: Readonly<NamedValues>): void;
  /** Copies of the named parts of the state, or of all of it. */
  readState(names?: readonly string[]): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** Runs programs. The compiled engine and the eager TF.js ones are interchangeable, up to rounding. */
export interface Engine {
  /** e.g. `onnxruntime:cpu` */
  readonly id: string;
  compile(definition: ProgramDefinition): Promise<Program>;
}

/** Throws unless `inputs` holds all that the program declares, in the declared sizes. */
export function checkInputs(
  definition: ProgramDefinition,
  inputs: Readonly<Record<string, TensorValues>>,
): void {
  for (const [name, { shape }] of Object.entries(definition.inputs)) {
    const given = inputs[name]?.length;
    if (given !== elementCount(shape)) {
      throw new Error(
        `${definition.name}: input ${name} needs ${elementCount(shape)} elements [${shape.join(', ')}] but ` +
          `${given === undefined ? 'is missing' : `has ${given}`}.`,
      );
    }
  }
}

/** Throws unless `values` fit the state that the program declares. */
export function checkState(definition: ProgramDefinition, values: Readonly<NamedValues>): void {
  for (const [name, data] of Object.entries(values)) {
    const shape = stateShape(definition, name);
    if (data.length !== elementCount(shape)) {
      throw new Error(
        `${definition.name}: state ${name} is [${shape.join(', ')}] but was given ${data.length} elements.`,
      );
    }
  }
}

/** The declared shape of a state. Throws if there is none of that name. */
export function stateShape(definition: ProgramDefinition, name: string): readonly number[] {
  const shape = definition.state[name];
  if (!shape) throw new Error(`${definition.name} has no state called ${name}.`);
  return shape;
}

/** Throws unless what a step returned as next state has the shapes that the program declares. */
export function checkNextState(definition: ProgramDefinition, state: Readonly<NamedTensors>): void {
  for (const [name, tensor] of Object.entries(state)) {
    const shape = stateShape(definition, name);
    if (shape.join() !== tensor.shape.join()) {
      throw new Error(
        `${definition.name}: next state ${name} is [${tensor.shape.join(', ')}], declared [${shape.join(', ')}].`,
      );
    }
  }
}
