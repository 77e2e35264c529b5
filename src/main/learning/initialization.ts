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
  const values = new Float32Array(elementCount(shape));
  for (let index = 0; index < values.length; index++) values[index] = (2 * random.uniform() - 1) * limit;
  return values;
}

/** `[size, 3 size]` with orthonormal rows (Saxe et al. 2014), by modified Gram-Schmidt on Gaussian rows. */
function orthogonalGates(name: string, shape: readonly number[], seed: number): Float32Array {
  const [size, columns] = shape as [number, number];
  const random = randomGenerator(seed, `initialize/${name}`);
  const rows = Array.from({ length: size }, () => new Float64Array(columns).map(() => random.normal()));
  // Rows a third as many as they are long are far from dependent, so that once is enough in double precision.
  rows.forEach((row, index) => {
    const inFours = index - (index % 4);
    for (let first = 0; first < inFours; first += 4) {
      removeComponents(row, rows.slice(first, first + 4) as FourRows);
    }
    for (const earlier of rows.slice(inFours, index)) removeComponent(row, earlier);
    const norm = Math.hypot(...row);
    for (let column = 0; column < columns; column++) row[column]! /= norm;
  });
  const matrix = new Float32Array(size * columns);
  rows.forEach((row, index) => matrix.set(row, index * columns));
  return matrix;
}

function removeComponent(row: Float64Array, unit: Float64Array): void {
  let projection = 0;
  for (let column = 0; column < row.length; column++) projection += row[column]! * unit[column]!;
  for (let column = 0; column < row.length; column++) row[column]! -= projection * unit[column]!;
}

type FourRows = [Float64Array, Float64Array, Float64Array, Float64Array];

/** Of orthonormal ones four at once, which takes a third of the time: their sums do not wait for each other. */
function removeComponents(row: Float64Array, [a, b, c, d]: FourRows): void {
  let [onA, onB, onC, onD] = [0, 0, 0, 0];
  for (let column = 0; column < row.length; column++) {
    const value = row[column]!;
    onA += value * a[column]!;
    onB += value * b[column]!;
    onC += value * c[column]!;
    onD += value * d[column]!;
  }
  for (let column = 0; column < row.length; column++) {
    row[column]! -= onA * a[column]! + onB * b[column]! + onC * c[column]! + onD * d[column]!;
  }
}
