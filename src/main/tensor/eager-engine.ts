import * as tf from '@tensorflow/tfjs-core';
import './gradients';
import { StudioError } from '../../shared/errors';
import { engineFailure } from './engine-failure';
import {
  checkInputs,
  checkNextState,
  checkState,
  elementCount,
  stateShape,
  type Engine,
  type NamedTensors,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
} from './program';

/**
 * Runs programs operation by operation on a TF.js backend that is already registered. Slow on `cpu`, which is the
 * reference that the compiled engine is tested against.
 */
export function eagerEngine(backend: string): Engine {
  return {
    id: `tfjs:${backend}`,
    compile: async (definition) => {
      if (definition.precision === 'mixed') {
        throw new StudioError(
          `The engine tfjs:${backend} computes in float32 alone: choose precision float32, or an engine of ONNX Runtime.`,
        );
      }
      // Otherwise TF.js prints an advertisement for its other backends.
      tf.enableProdMode();
      await tf.setBackend(backend);
      await tf.ready();
      return new EagerProgram(definition, backend);
    },
  };
}

class EagerProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly backend: string;
  private readonly state: NamedValues = {};

  constructor(definition: ProgramDefinition, backend: string) {
    this.definition = definition;
    this.backend = backend;
    for (const [name, shape] of Object.entries(definition.state)) {
      this.state[name] = new Float32Array(elementCount(shape));
    }
  }

  run(inputs: Readonly<Record<string, TensorValues>>): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    void tf.setBackend(this.backend);
    try {
      return Promise.resolve(this.compute(inputs));
    } catch (error) {
      return Promise.reject(engineFailure(error, `tfjs:${this.backend}`, this.definition.name) ?? error);
    }
  }

  private compute(inputs: Readonly<Record<string, TensorValues>>): Record<string, Float32Array | Int32Array> {
    const results: Record<string, Float32Array | Int32Array> = {};
    tf.tidy(() => {
      const { state = {}, outputs } = this.definition.step(this.stateTensors(), this.inputTensors(inputs));
      checkNextState(this.definition, state);
      for (const [name, tensor] of Object.entries(outputs)) {
        results[name] = tensor.dataSync() as Float32Array | Int32Array;
      }
      for (const [name, tensor] of Object.entries(state))
        this.state[name] = Float32Array.from(tensor.dataSync());
    });
    return results;
  }

  writeState(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) this.state[name]!.set(data);
  }

  readState(names: readonly string[] = Object.keys(this.state)): Promise<NamedValues> {
    for (const name of names) stateShape(this.definition, name);
    return Promise.resolve(Object.fromEntries(names.map((name) => [name, this.state[name]!.slice()])));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private stateTensors(): NamedTensors {
    const entries = Object.entries(this.definition.state);
    return Object.fromEntries(
      entries.map(([name, shape]) => [name, tf.tensor(this.state[name]!, [...shape])]),
    );
  }

  private inputTensors(inputs: Readonly<Record<string, TensorValues>>): NamedTensors {
    const entries = Object.entries(this.definition.inputs);
    return Object.fromEntries(
      entries.map(([name, { shape, type }]) => {
        const dtype = type === 'int32' ? 'int32' : 'float32';
        const values = dtype === 'int32' ? Int32Array.from(inputs[name]!) : Float32Array.from(inputs[name]!);
        return [name, tf.tensor(values, [...shape], dtype)];
      }),
    );
  }
}
