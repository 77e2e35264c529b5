import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { trace } from './tracing-backend';

const x = { x: { shape: [2, 3], type: 'float32' } } as const;

describe('tracing refuses', () => {
  test('to read a result, and names the operation that made it', () => {
    const read = () => trace(x, ({ x }) => ({ y: tf.tensor(tf.exp(x!).dataSync()) }));
    expect(read).toThrow(/result of Exp was read while tracing/);
  });

  test('to read an input, and names it', () => {
    expect(() => trace(x, ({ x }) => ({ y: tf.tensor(x!.dataSync()) }))).toThrow(
      /input x was read while tracing/,
    );
  });

  test('a promise of numbers too', async () => {
    const promised: Promise<unknown>[] = [];
    trace(x, ({ x }) => {
      const y = tf.tanh(x!);
      promised.push(y.data());
      return { y };
    });
    await expect(promised[0]).rejects.toThrow(/result of Tanh was read while tracing/);
  });

  test('a kernel without a lowering, and names it and where to add it', () => {
    const sine = () => trace(x, ({ x }) => ({ y: tf.sin(x!) }));
    expect(sine).toThrow(/kernel Sin cannot be traced yet.*src\/main\/tensor\/kernels\//);
  });

  test('dilated convolutions, and a one-hot of other values', () => {
    const image = { x: { shape: [1, 8, 8, 1], type: 'float32' } } as const;
    const dilated = () =>
      trace(image, ({ x }) => ({
        y: tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'valid', 'NHWC', 2),
      }));
    expect(dilated).toThrow(/Conv2D is traced without dilation/);
    const whole = { x: { shape: [2], type: 'int32' } } as const;
    expect(() => trace(whole, ({ x }) => ({ y: tf.oneHot(x!, 3, 5, 2) }))).toThrow(
      /OneHot is traced for the values/,
    );
  });

  test('an output of truth values', () => {
    expect(() => trace(x, ({ x }) => ({ y: tf.greater(x!, 0) }))).toThrow(/output y is bool: cast it/);
  });

  test('and is itself again afterwards', () => {
    void tf.setBackend('cpu');
    expect(() => trace(x, ({ x }) => ({ y: tf.sin(x!) }))).toThrow();
    expect(tf.getBackend()).toBe('cpu');
    const { numTensors } = tf.memory();
    const { outputs } = trace(x, ({ x }) => ({ y: tf.sum(x!, 1) }));
    expect(outputs).toEqual({ y: { shape: [2], type: 'float32' } });
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

test('constants may be read while tracing', () => {
  const { outputs } = trace(x, ({ x }) => {
    const factors = tf.tensor1d([1, 2, 3]);
    return { y: tf.mul(x!, factors.dataSync()[2]!) };
  });
  expect(outputs['y']!.shape).toEqual([2, 3]);
});

test('uint8 inputs are float32 inside', () => {
  trace({ x: { shape: [2], type: 'uint8' } }, ({ x }) => {
    expect(x!.dtype).toBe('float32');
    return { y: x! };
  });
});

const counts = (...parameters: Parameters<typeof trace>): Record<string, number> =>
  trace(...parameters).graph.operatorCounts();

describe('the graph', () => {
  test('has no work for zeros and ones', () => {
    const graph = counts(x, ({ x }) => ({
      y: tf.add(tf.mul(tf.sub(x!, tf.zeros([2, 3])), 1), tf.zerosLike(x!)),
    }));
    expect(graph).toEqual({ Identity: 1 });
  });

  test('copies what comes out only if it also goes in or comes out twice', () => {
    const graph = counts(x, ({ x }) => {
      const y = tf.exp(x!);
      return { x: x!, y, same: y, used: tf.tanh(y) };
    });
    expect(graph).toEqual({ Exp: 1, Tanh: 1, Identity: 2 });
  });

  test('folds arithmetic on constants', () => {
    const graph = counts(x, ({ x }) => ({
      y: tf.mul(x!, tf.div(tf.add(tf.ones([3]), 2), tf.fill([2, 1], 4))),
    }));
    expect(graph).toEqual({ Mul: 1 });
  });

  test('computes equal things once and unused things never', () => {
    const graph = counts(x, ({ x }) => {
      tf.tanh(x!);
      return { y: tf.add(tf.exp(x!), tf.relu(tf.exp(x!))) };
    });
    expect(graph).toEqual({ Exp: 1, Relu: 1, Add: 1 });
  });

  test('has one product for the gradient of a weight that is used at several steps', () => {
    const inputs = {
      x: { shape: [5, 2, 3], type: 'float32' },
      w: { shape: [3, 4], type: 'float32' },
    } as const;
    const graph = counts(inputs, ({ x, w }) => {
      const loss = (weight: tf.Tensor): tf.Scalar =>
        tf.addN(
          tf
            .unstack(x!)
            .map((step) => tf.sum(tf.square(tf.matMul(step as tf.Tensor2D, weight as tf.Tensor2D)))),
        );
      return { gradient: tf.grad(loss)(w!) };
    });
    expect(graph['Gemm']).toBe(1);
    expect(graph['MatMul']).toBe(5);
  });

  test('computes nothing of joined rows that is known of their parts', () => {
    const inputs = {
      x: { shape: [4, 2, 3], type: 'float32' },
      w: { shape: [3, 4], type: 'float32' },
      bias: { shape: [4], type: 'float32' },
    } as const;
    const graph = counts(inputs, ({ x, w, bias }) => {
      const layer = (rows: tf.Tensor): tf.Tensor =>
        tf.relu(tf.add(tf.matMul(rows as tf.Tensor2D, w as tf.Tensor2D), bias!));
      const steps = tf.unstack(x!);
      const last = steps.map(layer).at(-1)!;
      return { last, some: layer(tf.slice(tf.concat(steps, 0), [2, 0], [6, 3])) };
    });
    expect(graph).toEqual({ Reshape: 1, Split: 1, Gemm: 3, Relu: 3, Concat: 1 });
  });

  test('keeps images in the layout of convolutions', () => {
    const inputs = {
      x: { shape: [2, 9, 9, 3], type: 'float32' },
      f: { shape: [3, 3, 3, 3], type: 'float32' },
      bias: { shape: [3], type: 'float32' },
    } as const;
    const graph = counts(inputs, ({ x, f, bias }) => {
      const layer = (images: tf.Tensor): tf.Tensor =>
        tf.elu(tf.add(tf.conv2d(images as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'), bias!));
      return { y: layer(tf.mul(layer(layer(x!)), 2)) };
    });
    // One transposition for the filter, one on the way in, one on the way out; the bias is part of the convolution.
    expect(graph['Transpose']).toBe(3);
    expect(graph['Conv']).toBe(3);
    expect(graph['Add']).toBeUndefined();
  });
});
