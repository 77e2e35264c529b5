import { randomGenerator } from '../../shared/random';
import type { NamedShapes, NamedValues } from '../tensor/program';
import { elementCount } from '../tensor/program';

/**
 * Initial values as in the released code: Xavier-uniform weights, orthogonal recurrent weights, zero biases,
 * unit layer-norm scales. Every parameter draws from its own stream, so adding one changes no other.
 * @param shapes names end in `/weight`, `/filter`, `/bias`, `/scale` or `/offset`
 */
export function initializeParameters(shapes: NamedShapes, seed: number): NamedValues {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, initialize(name, shape, seed)]),
  );
}

function initialize(name: string, shape: readonly number[], seed: number): Float32Array {
  const kind = name.slice(name.lastIndexOf('/') + 1);
  if (kind === 'scale') return new Float32Array(elementCount(shape)).fill(1);
  if (kind === 'bias' || kind === 'offset') return new Float32Array(elementCount(shape));
  if (name.endsWith('recurrent/weight')) return orthogonalGates(name, shape, seed);
  return xavierUniform(name, shape, seed);
}

/** Glorot & Bengio 2010. Filters are `[height, width, in, out]`. */
function xavierUniform(name: string, shape: readonly number[], seed: number): Float32Array {
  const receptiveField = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const fanIn = shape.at(-2)! * receptiveField;
  const fanOut = shape.at(-1)! * receptiveField;
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const random = randomGenerator(seed, `initialize/${name}`);
  return Float32Array.from({ length: elementCount(shape) }, () => (2 * random.uniform() - 1) * limit);
}

/** `[size, 3 size]` with orthonormal rows (Saxe et al. 2014), by Gram-Schmidt on Gaussian rows. */
function orthogonalGates(name: string, shape: readonly number[], seed: number): Float32Array {
  const [rows, columns] = shape as [number, number];
  const random = randomGenerator(seed, `initialize/${name}`);
  const matrix = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from({ length: columns }, () => random.normal());
    // Twice, because once loses orthogonality to rounding.
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < row; other++) removeComponent(vector, matrix, other * columns);
    }
    const norm = Math.hypot(...vector);
    for (let column = 0; column < columns; column++) matrix[row * columns + column] = vector[column]! / norm;
  }
  return matrix;
}

function removeComponent(vector: Float64Array, matrix: Float32Array, start: number): void {
  let projection = 0;
  for (let column = 0; column < vector.length; column++)
    projection += vector[column]! * matrix[start + column]!;
  for (let column = 0; column < vector.length; column++)
    vector[column]! -= projection * matrix[start + column]!;
}
