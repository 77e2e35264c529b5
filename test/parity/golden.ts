import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedShapes, NamedValues, TensorValues } from '../../src/main/tensor/program';
import { decodeSafetensors, type StoredTensor } from '../../src/main/trainer/safetensors';

/** What PyTorch computed for one training step; `make_golden.py` says how. */
export interface GoldenStep {
  inputs: Record<string, TensorValues>;
  /** The loss, its parts and the gradients' norm. */
  scalars: Record<string, number>;
  /** Carried state after the step. */
  carried: NamedValues;
}

export interface GoldenCase<Definition> {
  definition: Definition;
  /** Before the first step. */
  initial: { parameters: NamedValues; carried: NamedValues; frozen: NamedValues };
  shapes: NamedShapes;
  /** Of the first step. */
  gradients: NamedValues;
  steps: GoldenStep[];
  /** Parameters after the last step. */
  updated: NamedValues;
}

interface Description<Definition> {
  definition: Definition;
  steps: Record<string, number>[];
}

/** Reads `golden/<name>.json` and `golden/<name>.safetensors`. */
export function loadGolden<Definition>(name: string): GoldenCase<Definition> {
  const path = join(import.meta.dirname, 'golden', name);
  const description = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Description<Definition>;
  const tensors = decodeSafetensors(readFileSync(`${path}.safetensors`), `${name}.safetensors`);
  const parameters = select(tensors, 'parameters/');
  return {
    definition: description.definition,
    initial: {
      parameters: floats(parameters),
      carried: floats(select(tensors, 'carried/')),
      frozen: floats(select(tensors, 'frozen/')),
    },
    shapes: Object.fromEntries(Object.entries(parameters).map(([key, { shape }]) => [key, shape])),
    gradients: floats(select(tensors, 'gradients/')),
    steps: description.steps.map((scalars, step) => ({
      scalars,
      inputs: Object.fromEntries(
        Object.entries(select(tensors, `steps/${step}/inputs/`)).map(([key, { data }]) => [key, data]),
      ),
      carried: floats(select(tensors, `steps/${step}/carried/`)),
    })),
    updated: floats(select(tensors, 'updated/')),
  };
}

function select(tensors: Record<string, StoredTensor>, prefix: string): Record<string, StoredTensor> {
  const entries = Object.entries(tensors).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, tensor]) => [key.slice(prefix.length), tensor]));
}

function floats(tensors: Record<string, StoredTensor>): NamedValues {
  return Object.fromEntries(
    Object.entries(tensors).map(([key, { data }]) => {
      if (!(data instanceof Float32Array)) throw new TypeError(`The golden tensor ${key} is not float32.`);
      return [key, data];
    }),
  );
}

/** Largest difference, relative to the largest golden value; 0 if both are zero throughout. */
export function relativeError(actual: ArrayLike<number>, golden: ArrayLike<number>): number {
  if (actual.length !== golden.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < golden.length; i++) {
    // Math.max passes NaN on, so that none is overlooked.
    difference = Math.max(difference, Math.abs(actual[i]! - golden[i]!));
    size = Math.max(size, Math.abs(golden[i]!));
  }
  return difference === 0 ? 0 : difference / size;
}
