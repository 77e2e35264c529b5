import * as tf from '@tensorflow/tfjs-core';
import './gradients';
import { GraphBuilder, type GraphTarget } from './graph';
import { activationKernels } from './kernels/activation';
import { convolutionKernels } from './kernels/convolution';
import { elementwiseKernels } from './kernels/elementwise';
import { linearAlgebraKernels } from './kernels/linear-algebra';
import { normalizationKernels } from './kernels/normalization';
import { ownKernels } from './kernels/own';
import { reductionKernels } from './kernels/reduction';
import { shapeKernels } from './kernels/shape';
import { toCall, type Lowering } from './lowering';
import { TracedValue } from './traced-value';

export type InputType = 'float32' | 'int32' | 'uint8';

export interface TensorSpecification {
  shape: readonly number[];
  /** uint8 inputs reach the traced function as float32 with values 0 to 255. */
  type: InputType;
}

export interface TracedGraph {
  graph: GraphBuilder;
  outputs: Record<string, { shape: readonly number[]; type: 'float32' | 'int32' }>;
}

/** Every kernel that can be traced into ONNX's own operators, with its lowering. */
export const loweredKernels: Readonly<Record<string, Lowering>> = {
  ...activationKernels,
  ...convolutionKernels,
  ...elementwiseKernels,
  ...linearAlgebraKernels,
  ...normalizationKernels,
  ...reductionKernels,
  ...shapeKernels,
};

const BACKEND = 'ditto-trace';
/** For graphs that may hold our own operators. */
const OWN_BACKEND = 'ditto-trace-own';

/** A TF.js backend whose tensors hold no numbers: its kernels infer shapes and write ONNX nodes. */
class TracingBackend extends tf.KernelBackend {
  readonly graph: GraphBuilder;
  private readonly traced = new tf.DataStorage<TracedValue>(this, tf.engine());

  constructor(target: GraphTarget | undefined) {
    super();
    this.graph = new GraphBuilder(target);
  }

  override valueOf(tensor: tf.TensorInfo): TracedValue {
    return this.traced.get(tensor.dataId);
  }

  keep(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.traced.set(dataId, value);
    return { dataId, shape: value.shape, dtype: value.dtype };
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.keep(TracedValue.constant(this.graph, values as tf.TypedArray, shape, dtype)).dataId;
  }

  override move(dataId: tf.DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.traced.set(dataId, TracedValue.constant(this.graph, values as tf.TypedArray, shape, dtype));
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const value = this.traced.get(dataId);
    if (value.values) return value.values;
    throw new Error(
      `The result of ${value.producer} was read while tracing. A traced function computes no numbers: ` +
        'keep the value a tensor, or pass it in as an input.',
    );
  }

  override read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override numDataIds(): number {
    return this.traced.numDataIds();
  }

  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  decRef(): void {}
  override dispose(): void {}
  override refCount(): number {
    return 1;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
}

function register(backendName: string, kernels: Readonly<Record<string, Lowering>>): void {
  for (const [kernelName, lower] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const tracing = backend as TracingBackend;
        const lowered = lower(
          toCall(tracing.graph, kernelName, inputs, attrs, (info) => tracing.valueOf(info)),
        );
        return Array.isArray(lowered) ? lowered.map((value) => tracing.keep(value)) : tracing.keep(lowered);
      },
    });
  }
}

register(BACKEND, loweredKernels);
register(OWN_BACKEND, { ...loweredKernels, ...ownKernels });

/**
 * Runs `fn` once on tensors without numbers and returns the graph of what it did. TF.js's autodiff runs as usual:
 * `tf.valueAndGrads` inside `fn` puts the gradients into the same graph.
 * @param target where the graph will run; a CPU without blocked images when left out
 */
export function trace(
  inputs: Readonly<Record<string, TensorSpecification>>,
  fn: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  target?: GraphTarget,
): TracedGraph {
  const previous = tf.getBackend();
  const backend = new TracingBackend(target);
  const backendName = target?.hasOwnOperators ? OWN_BACKEND : BACKEND;
  tf.registerBackend(backendName, () => backend);
  void tf.setBackend(backendName);
  const engine = tf.engine();
  engine.startScope('trace');
  try {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, specification] of Object.entries(inputs)) {
      tensors[name] = engine.makeTensorFromTensorInfo(
        backend.keep(declare(backend.graph, name, specification)),
      );
    }
    const outputs: TracedGraph['outputs'] = {};
    for (const [name, tensor] of Object.entries(fn(tensors))) {
      const value = backend.valueOf(tensor);
      const type = elementType(name, tensor.dtype);
      backend.graph.output(name, value.name(), tensor.shape, type);
      outputs[name] = { shape: tensor.shape, type };
    }
    return { graph: backend.graph, outputs };
  } catch (error) {
    throw explainMissingKernel(error);
  } finally {
    engine.endScope();
    if (previous) void tf.setBackend(previous);
    tf.removeBackend(backendName);
  }
}

function declare(graph: GraphBuilder, name: string, { shape, type }: TensorSpecification): TracedValue {
  const input = graph.input(name, shape, type);
  if (type !== 'uint8') return TracedValue.named(graph, input, shape, type, `input ${name}`);
  return TracedValue.named(graph, graph.node('Cast', [input], { to: 1 }), shape, 'float32', `input ${name}`);
}

function elementType(name: string, dtype: tf.DataType): 'float32' | 'int32' {
  if (dtype === 'float32' || dtype === 'int32') return dtype;
  throw new Error(`The output ${name} is ${dtype}: cast it to float32 or int32 first.`);
}

function explainMissingKernel(error: unknown): unknown {
  const kernel =
    error instanceof Error ? /Kernel '(\w+)' not registered/.exec(error.message)?.[1] : undefined;
  if (!kernel) return error;
  return new Error(
    `The TF.js kernel ${kernel} cannot be traced yet: add its lowering to the fitting family in ` +
      'src/main/tensor/kernels/, with parity cases in kernels/cases/.',
    { cause: error },
  );
}
