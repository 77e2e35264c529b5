import * as tf from '@tensorflow/tfjs-core';

/**
 * Operations that TF.js does not have, or whose gradient it would get wrong or slow. Each has a hand-made gradient,
 * and each of those is checked against finite differences in `operations.test.ts`.
 */

/**
 * sg(x): x itself, through which no gradient flows. A second tensor over the same numbers, which autodiff's tape has
 * never seen: nothing before it is walked back through, not even with zeros.
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const engine = tf.engine();
  engine.backend.incRef(x.dataId);
  return engine.makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }) as T;
}

/** What a kernel of our own gives where the backend has it; nothing elsewhere. */
function ownKernel<Result>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes?: tf.NamedAttrMap,
): Result | undefined {
  if (!tf.getKernel(name, tf.getBackend())) return undefined;
  const given = inputs as unknown as tf.NamedTensorMap;
  return tf.engine().runKernel(name, given, attributes) as unknown as Result;
}

const MOSTLY_ZERO = 'MostlyZero';

/**
 * x itself; backends that can make use of it are told that it is mostly zero from a column on, as one-hot samples are.
 * @param x `[rows, columns]`
 */
export function mostlyZero(x: tf.Tensor2D, from = 0): tf.Tensor2D {
  if (!tf.getKernel(MOSTLY_ZERO, tf.getBackend())) return x;
  const operation = tf.customGrad((value) => ({
    value: ownKernel<tf.Tensor>(MOSTLY_ZERO, { x: value as tf.Tensor }, { from })!,
    gradFunc: (dy: tf.Tensor) => dy,
  }));
  return operation(x) as tf.Tensor2D;
}

type Normalized = [output: tf.Tensor, mean: tf.Tensor, inverseDeviation: tf.Tensor];

/** Runs the fused kernel where the backend has one, else the same formula from TF.js's own operations. */
function normalize(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): Normalized {
  const fused = ownKernel<Normalized>('LayerNormalization', { x, scale, offset }, { epsilon });
  if (fused) return fused;
  const mean = tf.mean(x, -1, true);
  const centred = tf.sub(x, mean);
  const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  const output = tf.add(tf.mul(tf.mul(centred, inverseDeviation), scale), offset);
  return [output, mean, inverseDeviation];
}

type NormalizationGradient = [dx: tf.Tensor, dyNormalized: tf.Tensor];

/** The gradient with respect to x, and dy times what was normalised. */
function normalizationGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  scale: tf.Tensor,
  mean: tf.Tensor,
  inverseDeviation: tf.Tensor,
): NormalizationGradient {
  const inputs = { dy, x, scale, mean, inverseDeviation };
  const fused = ownKernel<NormalizationGradient>('LayerNormalizationGradient', inputs);
  if (fused) return fused;
  const normalized = tf.mul(tf.sub(x, mean), inverseDeviation);
  const upstream = tf.mul(dy, scale);
  const along = tf.mean(tf.mul(upstream, normalized), -1, true);
  const level = tf.mean(upstream, -1, true);
  const dx = tf.mul(inverseDeviation, tf.sub(tf.sub(upstream, level), tf.mul(normalized, along)));
  return [dx, tf.mul(dy, normalized)];
}

/**
 * Layer normalisation (Ba et al. 2016) over the last axis.
 * @param x `[rows, features]`
 * @param scale `[features]`
 * @param offset `[features]`
 * @returns `[rows, features]`
 */
export function layerNormalization(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const [input, gain, shift, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, mean, inverseDeviation] = normalize(input, gain, shift, epsilon);
    save([input, gain, mean, inverseDeviation]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [savedInput, savedGain, savedMean, rstd] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const [dx, dyNormalized] = normalizationGradient(dy, savedInput, savedGain, savedMean, rstd);
      return [dx, tf.sum(dyNormalized, 0), tf.sum(dy, 0)];
    };
    return { value, gradFunc };
  });
  return operation(x, scale, offset);
}

/**
 * Draws one-hot samples from categorical distributions by inverting the cumulative distribution.
 * The forward value is the sample; the gradient is that of the probabilities (straight-through, Bengio et al. 2013).
 * @param probabilities `[rows, classes]`, each row summing to one
 * @param uniform `[rows, 1]` in [0, 1): the only source of randomness, so equal noise gives equal samples
 * @returns one-hot `[rows, classes]`
 */
export function sampleStraightThrough(probabilities: tf.Tensor2D, uniform: tf.Tensor2D): tf.Tensor2D {
  const operation = tf.customGrad((...args) => {
    const [p, u, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([u]);
    return {
      value: invertCumulative(p, u),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [dy, tf.zerosLike(saved[0]!)],
    };
  });
  return operation(probabilities, uniform) as tf.Tensor2D;
}

function invertCumulative(probabilities: tf.Tensor2D, uniform: tf.Tensor2D): tf.Tensor2D {
  const drawn = ownKernel<tf.Tensor2D>('SampleOneHot', { probabilities, uniform });
  if (drawn) return drawn;
  const classes = probabilities.shape[1];
  // Sums over the first 1, 2, … classes never fall, so the ones that do not exceed the uniform number come first, and the
  // sample is the class after the last of them. Without the sum over all, there is one however the sums are rounded.
  const partial = matrix(classes, classes - 1, (row, column) => Number(row <= column));
  const reached = tf.cast(tf.lessEqual(tf.matMul(probabilities, partial), uniform), 'float32');
  const onward = matrix(
    classes - 1,
    classes,
    (row, column) => Number(column === row + 1) - Number(column === row),
  );
  return tf.add(
    tf.matMul(reached, onward),
    tf.tensor1d(Float32Array.from({ length: classes }, (_, index) => Number(index === 0))),
  );
}

function matrix(
  rows: number,
  columns: number,
  element: (row: number, column: number) => number,
): tf.Tensor2D {
  const values = Float32Array.from({ length: rows * columns }, (_, index) =>
    element(Math.floor(index / columns), index % columns),
  );
  return tf.tensor2d(values, [rows, columns]);
}

/** Uniform numbers are kept this far from 0 and 1, whose quantiles are infinite. */
const EDGE = 1e-7;

/** Coefficients of Wichura's PPND7, from the constant up: numerator and denominator, in the middle and in the tails. */
const MIDDLE = {
  numerator: [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  denominator: [1, 17.895169469, 78.757757664, 67.1875636],
};
const TAIL = {
  numerator: [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  denominator: [1, 0.7370016425, 0.12021132975],
};
const MIDDLE_WIDTH = 0.425;
const TAIL_START = 1.6;

/**
 * Φ⁻¹, quantiles of the standard normal distribution (Wichura, "Algorithm AS 241", 1988; seven digits).
 * @param uniform in [0, 1]; what lies within 1e-7 of an end is taken for that
 * @returns the same shape, from -5.2 to 5.2
 */
export function inverseNormal(uniform: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const [u, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const value = normalQuantile(tf.clipByValue(u, EDGE, 1 - EDGE));
    save([value]);
    return {
      value,
      // 1 / φ(x)
      gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) =>
        tf.mul(dy, tf.mul(Math.sqrt(2 * Math.PI), tf.exp(tf.mul(0.5, tf.square(x!))))),
    };
  });
  return operation(uniform);
}

function normalQuantile(uniform: tf.Tensor): tf.Tensor {
  const offset = tf.sub(uniform, 0.5);
  const isMiddle = tf.lessEqual(tf.abs(offset), MIDDLE_WIDTH);
  const middle = tf.mul(offset, ratio(MIDDLE, tf.sub(MIDDLE_WIDTH ** 2, tf.square(offset))));
  const distance = tf.sqrt(tf.neg(tf.log(tf.minimum(uniform, tf.sub(1, uniform)))));
  const tail = ratio(TAIL, tf.sub(distance, TAIL_START));
  return tf.where(isMiddle, middle, tf.where(tf.less(offset, 0), tf.neg(tail), tail));
}

const ratio = ({ numerator, denominator }: typeof MIDDLE, x: tf.Tensor): tf.Tensor =>
  tf.div(polynomial(numerator, x), polynomial(denominator, x));

/** Horner's scheme; coefficients from the constant up. */
const polynomial = (coefficients: readonly number[], x: tf.Tensor): tf.Tensor =>
  coefficients
    .slice(0, -1)
    .reduceRight<tf.Tensor>(
      (sum, coefficient) => tf.add(tf.mul(sum, x), coefficient),
      tf.fill(x.shape, coefficients.at(-1)!),
    );
