import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { GraphBuilder } from '../graph';
import { FloatAttributes } from '../graph-node';
import {
  ELEMENTWISE,
  FILTER_GRADIENT,
  INPUT_GRADIENT,
  LAYER_NORMALIZATION_GRADIENT,
  TRANSPOSED_PRODUCT,
  PRODUCT,
  SAMPLE_ONE_HOT,
  SUM,
} from '../own-operators';
import { expectClose } from '../testing/compare';
import { CpuSession } from './cpu-session';
import { loadOperators, operatorFile, operatorLibrary, type OperatorLibrary } from './operator-library';

/*
 * The operators by themselves, for every kind of processor whose instructions this one has: ONNX Runtime's own blocked images
 * have only one kind of blocks here.
 */

afterEach(() => vi.unstubAllEnvs());

interface Values {
  shape: readonly number[];
  data: Float32Array;
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function random(stream: string, shape: readonly number[]): Values {
  const generator = randomGenerator(1, stream);
  return { shape, data: Float32Array.from({ length: count(shape) }, () => 2 * generator.uniform() - 1) };
}

const average = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

type Attributes = Parameters<GraphBuilder['node']>[2];

async function runAll(
  operators: OperatorLibrary,
  operator: string,
  inputs: readonly Values[],
  attributes: Attributes,
  shapes: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const graph = new GraphBuilder();
  const names = inputs.map((input, index) => graph.input(`x${index}`, input.shape, 'float32'));
  const made = graph.nodeWithOutputs(operator, names, shapes.length, attributes);
  shapes.forEach((shape, index) => graph.output(`y${index}`, made[index]!, shape, 'float32'));
  const session = new CpuSession(graph.encode('operator'), { operators, threads: 2 });
  const outputs = shapes.map((shape, index) => ({
    name: `y${index}`,
    shape,
    data: new Float32Array(count(shape)),
  }));
  const binding = session.bind([], []);
  const given = inputs.map((input, index) => ({ name: `x${index}`, ...input }));
  await session.run(binding, given, outputs);
  session.unbind(binding);
  session.dispose();
  return outputs.map(({ data }) => data);
}

async function run(
  operators: OperatorLibrary,
  operator: string,
  inputs: readonly Values[],
  attributes: Attributes,
  shape: readonly number[],
): Promise<Float32Array> {
  const [output] = await runAll(operators, operator, inputs, attributes, [shape]);
  return output!;
}

/** `[batch, channels, height, width]` and back. */
const blocked = ({ shape, data }: Values, lanes: number): Values => {
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const pixels = height * width;
  const moved = new Float32Array(data.length);
  for (let image = 0; image < batch; image++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const block = Math.floor(channel / lanes);
        const to = ((image * (channels / lanes) + block) * pixels + pixel) * lanes + (channel % lanes);
        moved[to] = data[(image * channels + channel) * pixels + pixel]!;
      }
    }
  }
  return { shape, data: moved };
};

/** Calls `at` with the places in images, output and filter of every product of a convolution with stride 2. */
function eachProduct(
  { batch, size, channels: [into, out], kernel }: Geometry,
  at: (image: number, output: number, filter: number) => void,
): void {
  const [height, width] = size;
  const [outHeight, outWidth] = outputSize({ size, kernel });
  for (let image = 0; image < batch; image++)
    for (let from = 0; from < into; from++)
      for (let to = 0; to < out; to++)
        for (let row = 0; row < outHeight; row++)
          for (let column = 0; column < outWidth; column++)
            for (let down = 0; down < kernel; down++)
              for (let across = 0; across < kernel; across++)
                at(
                  ((image * into + from) * height + 2 * row + down) * width + 2 * column + across,
                  ((image * out + to) * outHeight + row) * outWidth + column,
                  ((down * kernel + across) * into + from) * out + to,
                );
}

interface Geometry {
  batch: number;
  size: readonly [number, number];
  channels: readonly [number, number];
  kernel: number;
}

const outputSize = ({ size, kernel }: Pick<Geometry, 'size' | 'kernel'>): [number, number] => [
  Math.floor((size[0] - kernel) / 2) + 1,
  Math.floor((size[1] - kernel) / 2) + 1,
];

const geometryAttribute = (geometry: Geometry): number[] => {
  const { batch, size, channels, kernel } = geometry;
  return [batch, ...size, channels[0], ...outputSize(geometry), channels[1], kernel, kernel, 2, 2];
};

const libraries = await Promise.all(
  [8, 16].map(async (lanes) => ({ lanes, operators: await loadOperators(operatorFile(lanes), lanes) })),
);

describe.each(libraries)('the library of $lanes lanes', ({ lanes, operators: found }) => {
  // Where there was no C compiler, or the processor lacks the instructions.
  const onThis = test.skipIf(!found);
  const operators = found!;

  const geometries: Geometry[] = [
    { batch: 3, size: [6, 7], channels: [lanes, lanes], kernel: 3 },
    { batch: 2, size: [5, 43], channels: [2 * lanes, lanes], kernel: 4 },
    { batch: 40, size: [6, 5], channels: [lanes, 2 * lanes], kernel: 3 },
  ];

  onThis.each(geometries)('takes gradients of convolutions, %o', async (geometry) => {
    const { batch, size, channels, kernel } = geometry;
    const images = random('images', [batch, channels[0], ...size]);
    const gradient = random('gradient', [batch, channels[1], ...outputSize(geometry)]);
    const filter = random('filter', [kernel, kernel, ...channels]);
    const bias = random('bias', [channels[0]]);
    const pixels = size[0] * size[1];
    const ofFilter = new Float32Array(filter.data.length);
    const ofImages = Float32Array.from(
      images.data,
      (_, index) => bias.data[Math.floor(index / pixels) % channels[0]]!,
    );
    eachProduct(geometry, (image, output, weight) => {
      ofFilter[weight]! += images.data[image]! * gradient.data[output]!;
      ofImages[image]! += filter.data[weight]! * gradient.data[output]!;
    });
    const attributes = { geometry: geometryAttribute(geometry) };
    const [x, dy] = [blocked(images, lanes), blocked(gradient, lanes)];
    const filterGradient = await run(operators, FILTER_GRADIENT, [x, dy], attributes, filter.shape);
    const inputs = [dy, filter, bias];
    const given = { ...attributes, has_bias: [1] };
    const inputGradient = await run(operators, INPUT_GRADIENT, inputs, given, images.shape);
    expectClose(
      { filterGradient, inputGradient },
      { filterGradient: ofFilter, inputGradient: blocked({ ...images, data: ofImages }, lanes).data },
      2e-5,
    );
  });

  onThis('computes each instruction to the last digits', async () => {
    const from = [
      -Infinity,
      -90,
      -3,
      -1,
      -0.5,
      -1e-4,
      -0,
      0,
      1e-4,
      0.3,
      1,
      2,
      8,
      20,
      88,
      88.7,
      100,
      Infinity,
      NaN,
    ];
    // In the order of `Operation` in elementwise.c, from the first of one operand on.
    const expected: ((x: number) => number)[] = [
      (x) => -x,
      Math.abs,
      (x) => 1 / x,
      Math.sqrt,
      Math.exp,
      Math.tanh,
      (x) => 1 / (1 + Math.exp(-x)),
      (x) => (x > 0 ? x : Math.expm1(x)),
      (x) => Math.min(1, Math.max(0, x + 1)),
      (x) => x,
    ];
    const size = 2000;
    const x = Float32Array.from({ length: size }, (_, index) => from[index % from.length]!);
    for (const [index, compute] of expected.entries()) {
      const attributes = {
        size: [size],
        program: [10 + index, 0, 0, 0],
        constants: new FloatAttributes([]),
        inputs: [0, 0],
        outputs: [0, 1, size],
      };
      const y = await run(operators, ELEMENTWISE, [{ shape: [size], data: x }], attributes, [size]);
      for (const [place, value] of y.entries()) {
        const exact = Math.fround(compute(x[place]!));
        const what = `instruction ${10 + index} of ${x[place]}`;
        if (!Number.isFinite(exact)) expect(value, what).toBe(exact);
        else expect(Math.abs(value - exact), what).toBeLessThanOrEqual(4e-7 * Math.max(Math.abs(exact), 0.3));
      }
    }
  });

  const sums = [
    { sizes: [1, 1, 100_003, 1], inputs: 1 },
    { sizes: [1, 1, 5000, 48], inputs: 2 },
    { sizes: [9, 3, 900, lanes], inputs: 1 },
    { sizes: [1, 700, 300, 1], inputs: 1 },
    { sizes: [1, 700, 300, 1], inputs: 2 },
    { sizes: [3, 5, 7, 130], inputs: 2 },
  ];

  onThis.each(sums)('sums over axes, %o', async ({ sizes, inputs }) => {
    const [outer, groups, rows, columns] = sizes as [number, number, number, number];
    const offsets = [3, 8].slice(0, inputs);
    const given = offsets.map((offset) => random(`sum ${offset}`, [offset + count(sizes)]));
    const exact = new Float64Array(groups * columns);
    for (let index = 0; index < count(sizes); index++) {
      const column = index % columns;
      const group = Math.floor(index / columns / rows) % groups;
      const product = given.reduce((value, { data }, input) => value * data[offsets[input]! + index]!, 1);
      exact[group * columns + column]! += 0.5 * product;
    }
    const shape = [groups, columns];
    const attributes = { sizes, offsets, shape, factor: new FloatAttributes([0.5]) };
    const sum = await run(operators, SUM, given, attributes, shape);
    const scale = Math.sqrt(outer * rows);
    for (const [index, value] of exact.entries())
      expect(Math.abs(sum[index]! - value)).toBeLessThan(1e-5 * Math.max(scale, Math.abs(value)));
  });

  const products = [
    { rows: 5, columns: 70, dense: 22, out: lanes },
    { rows: 300, columns: 90, dense: 41, out: 5 * lanes },
    { rows: 70, columns: 64, dense: 0, out: 7 * lanes },
    { rows: 3, columns: 40, dense: 40, out: 2 * lanes },
    { rows: 1700, columns: 50, dense: 30, out: 3 * lanes },
  ];

  onThis.each(products)('multiplies what is mostly zero, %o', async ({ rows, columns, dense, out }) => {
    // The matrix begins in the second row of its input.
    const input = random('left', [rows + 1, columns]);
    const left = input.data.subarray(columns);
    // A tenth is not zero, and one row altogether.
    left.forEach((value, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      if (column >= dense && row !== 1 && Math.abs(value) < 0.9) left[index] = 0;
    });
    const [right, dy] = [random('right', [columns, out]), random('dy', [rows, out])];
    const bias = random('bias', [out]);
    const product = Float32Array.from({ length: rows * out }, (_, index) => bias.data[index % out]!);
    const gradient = new Float32Array(columns * out);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let at = 0; at < out; at++) {
          const value = left[row * columns + column]!;
          product[row * out + at]! += value * right.data[column * out + at]!;
          gradient[column * out + at]! += value * dy.data[row * out + at]!;
        }
    const sizes = [rows, columns, dense, out, columns];
    const attributes = { sizes, has_addend: [1], rectifies: [0] };
    const rectifying = { ...attributes, rectifies: [1] };
    expectClose(
      {
        product: await run(operators, PRODUCT, [input, right, bias], attributes, [rows, out]),
        rectified: await run(operators, PRODUCT, [input, right, bias], rectifying, [rows, out]),
        gradient: await run(operators, TRANSPOSED_PRODUCT, [input, dy], { sizes }, [columns, out]),
      },
      { product, rectified: product.map((value) => Math.max(value, 0)), gradient },
      2e-5,
    );
  });

  const matrices = [
    { rows: 5, columns: 3 * lanes + 5 },
    { rows: 900, columns: 2 * lanes },
    { rows: 7000, columns: 3 },
  ];

  onThis.each(matrices)('takes gradients of normalised rows, %o', async ({ rows, columns }) => {
    const [shape, perRow] = [
      [rows, columns],
      [rows, 1],
    ];
    const [x, dy, scale] = [random('x', shape), random('dy', shape), random('scale', [columns])];
    const [mean, inverse] = [random('mean', perRow), random('inverse', perRow)];
    const expected: Record<'dx' | 'scaled', number[]> = { dx: [], scaled: [] };
    for (let row = 0; row < rows; row++) {
      const own = ({ data }: Values): Float32Array => data.subarray(row * columns, (row + 1) * columns);
      const [level, deviation] = [mean.data[row]!, inverse.data[row]!];
      const normalized = Array.from(own(x), (value) => (value - level) * deviation);
      const upstream = Array.from(own(dy), (value, column) => value * scale.data[column]!);
      const slope = average(upstream.map((value, column) => value * normalized[column]!));
      const all = average(upstream);
      upstream.forEach((value, column) => {
        expected.dx.push(deviation * (value - all - normalized[column]! * slope));
        expected.scaled.push(normalized[column]! * own(dy)[column]!);
      });
    }
    const given = [dy, x, scale, mean, inverse];
    const shapes = [shape, shape];
    const [dx, scaled] = await runAll(operators, LAYER_NORMALIZATION_GRADIENT, given, { shape }, shapes);
    expectClose({ dx: dx!, scaled: scaled! }, expected, 2e-5);
  });

  onThis.each(matrices)('draws from distributions, %o', async ({ rows, columns: classes }) => {
    const [shape, perRow] = [
      [rows, classes],
      [rows, 1],
    ];
    const [probabilities, uniform] = [random('probabilities', shape), random('uniform', perRow)];
    // The sums of many rows stay below their number.
    probabilities.data.forEach((value, index) => {
      probabilities.data[index] = Math.abs(value) / classes;
    });
    uniform.data.forEach((value, index) => (uniform.data[index] = Math.abs(value)));
    const drawn = new Float32Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      let [sum, sample] = [0, 0];
      for (; sample < classes - 1; sample++) {
        sum = Math.fround(sum + probabilities.data[row * classes + sample]!);
        if (sum > uniform.data[row]!) break;
      }
      drawn[row * classes + sample] = 1;
    }
    const samples = await run(operators, SAMPLE_ONE_HOT, [probabilities, uniform], { shape }, shape);
    expect(samples).toEqual(drawn);
  });
});

test('the library can be left out', async () => {
  vi.stubEnv('DITTO_OPERATORS', 'none');
  expect(await operatorLibrary()).toBeUndefined();
});

test('what is no library is left out, in words', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(await loadOperators(import.meta.filename, 16)).toBeUndefined();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('without its own operators'));
  warn.mockRestore();
});

test.runIf(existsSync(operatorFile(16)) && process.arch === 'x64')(
  'a library is for its own blocks alone',
  async () => {
    expect(await loadOperators(operatorFile(16), 8)).toBeUndefined();
  },
);
