import { expect } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { elementCount, type ProgramDefinition, type TensorValues } from '../program';

/** Largest difference between two arrays, as a share of the largest expected magnitude (or of 1, if that is more). */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (Object.is(actual[i], expected[i]) || difference === 0) continue;
    if (!Number.isFinite(difference)) return Infinity;
    worst = Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}

export function expectClose(
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
  tolerance: number,
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected)) {
    expect(relativeError(actual[name]!, values), name).toBeLessThanOrEqual(tolerance);
  }
}

/** Fresh values for every input of a program: float32 in [-1, 1), int32 in [0, 3), uint8 in [0, 256). */
export function randomInputs(
  definition: ProgramDefinition,
  seed: number,
  step = 0,
): Record<string, TensorValues> {
  const entries = Object.entries(definition.inputs).map(([name, { shape, type }]) => {
    const random = randomGenerator(seed, name, step);
    const length = elementCount(shape);
    if (type === 'uint8') return [name, Uint8Array.from({ length }, () => random.integer(256))] as const;
    if (type === 'int32') return [name, Int32Array.from({ length }, () => random.integer(3))] as const;
    return [name, Float32Array.from({ length }, () => 2 * random.uniform() - 1)] as const;
  });
  return Object.fromEntries(entries);
}
