import { StudioError } from '../../shared/errors';
import { elementCount, type NamedShapes, type NamedValues } from '../tensor/program';
import type { StoredTensors } from './safetensors';

/** Named values with their shapes, as checkpoints store them. */
export function toStored(values: NamedValues, shapes: NamedShapes): StoredTensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [name, { shape: shapes[name] ?? [data.length], data }]),
  );
}

/**
 * The stored tensors that `shapes` names. Throws StudioError if one is missing or has another shape: the checkpoint
 * belongs to another architecture.
 */
export function fromStored(stored: StoredTensors, shapes: NamedShapes, source: string): NamedValues {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const tensor = stored[name];
      if (!tensor || tensor.data.length !== elementCount(shape) || !(tensor.data instanceof Float32Array)) {
        const found = tensor ? `is [${tensor.shape.join(', ')}]` : 'is missing';
        throw new StudioError(
          `The checkpoint does not fit the model: ${name} should be [${shape.join(', ')}] but ${found}. ` +
            `Use the settings it was trained with, or another checkpoint. ${source}`,
        );
      }
      return [name, tensor.data];
    }),
  );
}

/** The entries whose names are among `names`. */
export function pick(values: NamedValues, names: readonly string[]): NamedValues {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]!]));
}
