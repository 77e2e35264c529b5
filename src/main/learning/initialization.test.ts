import { expect, test } from 'vitest';
import { initializeParameters } from './initialization';
import { nanoArchitecture } from './testing/nano';
import { worldModelShapes } from './world-model/architecture';

const initialize = (shapes: Record<string, readonly number[]>, seed = 1) =>
  initializeParameters(shapes, seed);

test('weights and filters fill the Xavier interval evenly', () => {
  const shapes = { 'a/weight': [60, 40], 'b/filter': [4, 4, 8, 16], 'c/weight': [3, 2] };
  const limits = {
    'a/weight': Math.sqrt(6 / 100),
    'b/filter': Math.sqrt(6 / (16 * 24)),
    'c/weight': Math.sqrt(6 / 5),
  };
  for (const [name, values] of Object.entries(initialize(shapes))) {
    const limit = limits[name as keyof typeof limits];
    for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(Math.fround(limit));
    if (values.length < 1000) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05 * limit);
    // A uniform distribution's variance is a third of its squared limit.
    expect(variance / (limit * limit)).toBeCloseTo(1 / 3, 1);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * limit);
  }
});

test('biases and offsets are zero, scales one', () => {
  const parameters = initialize({ 'a/bias': [3], 'b/offset': [2], 'b/scale': [2] });
  expect(parameters).toEqual({
    'a/bias': new Float32Array(3),
    'b/offset': new Float32Array(2),
    'b/scale': Float32Array.of(1, 1),
  });
});

test('recurrent weights have orthonormal rows', () => {
  const [rows, columns] = [24, 72];
  const matrix = initialize({ 'gru/recurrent/weight': [rows, columns] })['gru/recurrent/weight']!;
  const row = (index: number): Float32Array => matrix.subarray(index * columns, (index + 1) * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const product = row(i).reduce((sum, value, column) => sum + value * row(j)[column]!, 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 5);
    }
  }
  // Dense, not a permutation that is orthonormal too.
  expect(matrix.filter((value) => Math.abs(value) < 1e-6).length).toBeLessThan(columns);
});

test('each parameter draws from its own stream', () => {
  const shapes = { 'a/weight': [4, 4], 'b/weight': [4, 4], 'c/recurrent/weight': [4, 12] };
  const some = initialize(shapes);
  expect(some['a/weight']).not.toEqual(some['b/weight']);
  const more = initialize({ 'z/weight': [9, 9], ...shapes, 'y/filter': [2, 2, 3, 3] });
  for (const name of Object.keys(shapes)) expect(more[name]).toEqual(some[name]);
  const other = initialize(shapes, 2);
  for (const name of Object.keys(shapes)) expect(other[name]).not.toEqual(some[name]);
  expect(initialize(shapes)).toEqual(some);
});

test('every parameter of a world model is of a known kind', () => {
  const shapes = worldModelShapes(nanoArchitecture);
  for (const [name, values] of Object.entries(initialize(shapes))) {
    expect(values, name).toHaveLength(shapes[name]!.reduce((product, size) => product * size, 1));
    const zero = /\/(bias|offset)$/.test(name);
    expect(
      values.some((value) => value !== 0),
      name,
    ).toBe(!zero);
  }
});
