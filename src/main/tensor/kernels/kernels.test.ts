import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomGenerator } from '../../../shared/random';
import { eagerEngine } from '../eager-engine';
import { HostProgram } from '../host-program';
import { lowerProgram } from '../lowered-program';
import { onnxRuntimeEngine } from '../onnxruntime-engine';
import {
  elementCount,
  type Engine,
  type NamedTensors,
  type ProgramDefinition,
  type TensorValues,
} from '../program';
import { expectClose } from '../testing/compare';
import { operatorLibrary } from '../native/operator-library';
import { channelBlock } from '../channel-block';
import { loweredKernels } from '../tracing-backend';
import { activationCases } from './cases/activation-cases';
import { convolutionCases } from './cases/convolution-cases';
import { elementwiseCases } from './cases/elementwise-cases';
import type { CaseInput, KernelCase, KernelCases } from './cases/kernel-case';
import { linearAlgebraCases } from './cases/linear-algebra-cases';
import { normalizationCases } from './cases/normalization-cases';
import { ownCases } from './cases/own-cases';
import { ownKernels } from './own';
import { reductionCases } from './cases/reduction-cases';
import { shapeCases } from './cases/shape-cases';

const families = [
  activationCases,
  convolutionCases,
  elementwiseCases,
  linearAlgebraCases,
  normalizationCases,
  ownCases,
  reductionCases,
  shapeCases,
];
const cases: KernelCases = Object.assign({}, ...families);

/** Rounding of float32 sums of up to some hundred terms, in other orders. */
const TOLERANCE = 2e-5;

/** With our own operators where they were built, and without. */
const compiled = onnxRuntimeEngine({ threads: 2 });
const withoutOwn = onnxRuntimeEngine({ threads: 1, ownOperators: false });
/** What would run on a GPU, run on the CPU. */
const loweredFor = (device: 'gpu' | 'cuda'): Engine => ({
  id: `lowered for ${device}`,
  compile: (definition) =>
    HostProgram.create(definition, lowerProgram(definition, { device }), { provider: 'cpu', threads: 1 }),
});
const reference = eagerEngine('cpu');
const hasOwn = (await operatorLibrary(await channelBlock())) !== undefined;

const inputName = (index: number): string => `x${index}`;

function values({ shape, from, to, type }: CaseInput, index: number): TensorValues {
  const random = randomGenerator(1, inputName(index));
  const length = elementCount(shape);
  if (type === 'int32') return Int32Array.from({ length }, () => random.integer(to));
  return Float32Array.from({ length }, () => from + random.uniform() * (to - from));
}

/** Weights that make the derivative of every element of an output different. */
function weights(shape: readonly number[], output: number): tf.Tensor {
  const random = randomGenerator(2, `output ${output}`);
  const data = Float32Array.from({ length: elementCount(shape) }, () => random.uniform() + 0.5);
  return tf.tensor(data, [...shape]);
}

const asList = (result: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(result) ? result : [result]);
const numeric = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? tf.cast(x, 'float32') : x);

/** The case's outputs and, of their plain and of their weighted sum, all gradients. */
function program({ inputs, compute, differentiable }: KernelCase, kinds: string[]): ProgramDefinition {
  const isFloat = (_: unknown, index: number): boolean => inputs[index]!.type === 'float32';
  return {
    name: 'kernel',
    state: {},
    inputs: Object.fromEntries(inputs.map(({ shape, type }, index) => [inputName(index), { shape, type }])),
    step: (_, given) => {
      const tensors = inputs.map((_, index) => given[inputName(index)]!);
      const outputs: NamedTensors = {};
      asList(compute(...tensors)).forEach((output, index) => {
        kinds.push(`${output.dtype}[${output.shape.join()}]`);
        outputs[`output ${index}`] = numeric(output);
      });
      if (!differentiable) return { outputs };
      for (const weighted of [false, true]) {
        const loss = (...variables: tf.Tensor[]): tf.Scalar => {
          const remaining = [...variables];
          const all = tensors.map((tensor, index) => (isFloat(tensor, index) ? remaining.shift()! : tensor));
          const terms = asList(compute(...all)).map((output, index) =>
            tf.sum(weighted ? tf.mul(output, weights(output.shape, index)) : output),
          );
          return tf.addN(terms) as tf.Scalar;
        };
        const gradients = tf.valueAndGrads(loss)(tensors.filter(isFloat)).grads;
        gradients.forEach((gradient, index) => {
          outputs[`${weighted ? 'weighted ' : ''}gradient ${index}`] = gradient;
        });
      }
      return { outputs };
    },
  };
}

async function outputsOf(engine: Engine, kernelCase: KernelCase, kinds: string[]) {
  const runnable = await engine.compile(program(kernelCase, kinds));
  const inputs = kernelCase.inputs.map((input, index) => [inputName(index), values(input, index)] as const);
  const outputs = await runnable.run(Object.fromEntries(inputs));
  await runnable.dispose();
  return outputs;
}

/** Kernels that the cases traced, whichever case it was. */
const traced = new Set<string>();

beforeAll(() => {
  const configurations = ['ditto-trace', 'ditto-trace-own'].flatMap((name) => tf.getKernelsForBackend(name));
  for (const config of configurations) {
    const { kernelName, kernelFunc } = config;
    config.kernelFunc = (call) => {
      traced.add(kernelName);
      return kernelFunc(call);
    };
  }
});

test('every kernel that can be traced has cases, and every kernel with cases can be traced', () => {
  const traceable = Object.keys({ ...loweredKernels, ...ownKernels });
  expect(Object.keys(cases).sort()).toEqual(traceable.sort());
});

test('every kernel that TF.js can differentiate has a case with gradients', () => {
  // Theirs is a formality: zero, or with respect to whole numbers.
  const formal = new Set(['GreaterEqual', 'OneHot']);
  const differentiable = Object.keys(cases).filter((kernel) => tf.getGradient(kernel) && !formal.has(kernel));
  const without = differentiable.filter((kernel) => !cases[kernel]!.some((entry) => entry.differentiable));
  expect(without).toEqual([]);
});

describe.each(Object.entries(cases))('%s', (kernel, entries) => {
  test.each(entries.map((entry, index) => ({ index, entry })))('case $index', async ({ entry }) => {
    traced.clear();
    const kinds: Record<'actual' | 'expected', string[]> = { actual: [], expected: [] };
    const actual = await outputsOf(compiled, entry, kinds.actual);
    if (kernel in loweredKernels || hasOwn) expect(traced).toContain(kernel);
    const expected = await outputsOf(reference, entry, kinds.expected);
    expect(kinds.actual).toEqual(kinds.expected);
    expectClose(actual, expected, TOLERANCE);
  });
});

describe('without our own operators', () => {
  test.each(Object.entries(cases))('%s', async (_, entries) => {
    for (const entry of entries) {
      const actual = await outputsOf(withoutOwn, entry, []);
      expectClose(actual, await outputsOf(reference, entry, []), TOLERANCE);
    }
  });
});

describe.each(['gpu', 'cuda'] as const)('as written for device %s', (device) => {
  const written = Object.entries({ ...convolutionCases, ...reductionCases, ...shapeCases });
  test.each(written)('%s', async (_, entries) => {
    for (const entry of entries) {
      const actual = await outputsOf(loweredFor(device), entry, []);
      expectClose(actual, await outputsOf(reference, entry, []), TOLERANCE);
    }
  });
});
