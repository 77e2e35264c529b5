import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { channelBlock } from './channel-block';
import type { GraphTarget, Precision } from './graph';
import {
  checkInputs,
  checkNextState,
  checkState,
  elementCount,
  type Engine,
  type NamedTensors,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
} from './program';
import { engineFailure } from './engine-failure';
import { requireHalfPrecision } from './half-precision';
import { DeviceState, HostState, type ProgramState } from './program-state';
import { trace, type InputType, type TracedGraph } from './tracing-backend';
import { runInto, stopCopies } from './uncopied-run';

const STATE = 'state/';
const NEXT = 'next/';
const INPUT = 'input/';
const OUTPUT = 'output/';

const ERRORS_ONLY = 3;

/** ONNX Runtime's execution providers. With `cpu` and `webgpu` state stays where it is computed, else it travels. */
export type OnnxRuntimeProvider = 'cpu' | 'webgpu' | 'cuda' | 'tensorrt' | 'dml' | 'coreml';

export interface OnnxRuntimeOptions {
  provider?: OnnxRuntimeProvider;
  /** Threads within one operator; ONNX Runtime takes all cores when left out or 0. */
  threads?: number;
  /** A file-name prefix: writes ONNX Runtime's operator profile there when the program is disposed. */
  profilePrefix?: string;
}

/** The compiled engine: one ONNX graph per program, run by ONNX Runtime. */
export function onnxRuntimeEngine(options: OnnxRuntimeOptions = {}): Engine {
  const provider = options.provider ?? 'cpu';
  const id = `onnxruntime:${provider}`;
  return {
    id,
    compile: async (definition) => {
      try {
        return await compileProgram(definition, provider, options);
      } catch (error) {
        throw engineFailure(error, id, definition.name) ?? error;
      }
    },
  };
}

interface LoweredProgram {
  model: Uint8Array;
  /** Names of the state that the step replaces. */
  nextState: string[];
  outputs: TracedGraph['outputs'];
}

/** The program's whole step as one ONNX model: `state/*` and `input/*` go in, `next/*` and `output/*` come out. */
export function lowerProgram(definition: ProgramDefinition, target: GraphTarget): LoweredProgram {
  const inputs = {
    ...mapEntries(definition.state, STATE, (shape) => ({ shape, type: 'float32' as const })),
    ...mapEntries(definition.inputs, INPUT, (specification) => specification),
  };
  const step = (tensors: NamedTensors): NamedTensors => {
    const { state = {}, outputs } = definition.step(
      withoutPrefix(tensors, STATE),
      withoutPrefix(tensors, INPUT),
    );
    checkNextState(definition, state);
    return {
      ...mapEntries(state, NEXT, (tensor) => tensor),
      ...mapEntries(outputs, OUTPUT, (tensor) => tensor),
    };
  };
  const traced = trace(inputs, step, target);
  if (target.device === 'cpu') stopCopies(traced.graph);
  return {
    model: traced.graph.encode(definition.name),
    nextState: Object.keys(withoutPrefix(traced.outputs, NEXT)),
    outputs: withoutPrefix(traced.outputs, OUTPUT),
  };
}

/**
 * The program as a model file for other people's tools: the `baked` state becomes weights, the rest of the state stays
 * an input and an output, and the prefixes go: a state `x` is read from `x` and comes out as `next_x`.
 */
export function exportProgram(definition: ProgramDefinition, baked: Readonly<NamedValues>): Uint8Array {
  checkState(definition, baked);
  const free = Object.entries(definition.state).filter(([name]) => !(name in baked));
  const inputs = {
    ...Object.fromEntries(free.map(([name, shape]) => [name, { shape, type: 'float32' as const }])),
    ...definition.inputs,
  };
  const traced = trace(inputs, (tensors) => {
    const weights = Object.entries(baked).map(
      ([name, values]) => [name, tf.tensor(values, [...definition.state[name]!])] as const,
    );
    const state = { ...tensors, ...Object.fromEntries(weights) };
    const { state: next = {}, outputs } = definition.step(state, tensors);
    return { ...outputs, ...mapEntries(next, 'next_', (tensor) => tensor) };
  });
  return traced.graph.encode(definition.name);
}

async function graphTarget(
  provider: OnnxRuntimeProvider,
  precision: Precision = 'float32',
): Promise<GraphTarget> {
  if (provider !== 'cpu') {
    if (precision === 'mixed') await requireHalfPrecision(provider);
    return { device: 'gpu', precision };
  }
  // The blocked convolutions know float32 alone.
  return precision === 'mixed'
    ? { device: 'cpu', precision }
    : { device: 'cpu', channelBlock: await channelBlock() };
}

async function compileProgram(
  definition: ProgramDefinition,
  provider: OnnxRuntimeProvider,
  options: OnnxRuntimeOptions,
): Promise<Program> {
  const lowered = lowerProgram(definition, await graphTarget(provider, definition.precision));
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // Planning all buffers as one block costs a third more memory at no gain in speed.
    enableMemPattern: false,
    // Beside other providers it warns that it leaves the arithmetic of shapes to the CPU, as it should.
    ...(provider === 'cpu' ? {} : { logSeverityLevel: ERRORS_ONLY }),
    ...(options.threads ? { intraOpNumThreads: options.threads } : {}),
  };
  const onDevice = provider === 'webgpu';
  const session = await ort.InferenceSession.create(lowered.model, {
    ...settings,
    ...(onDevice && { preferredOutputLocation: outputLocations(lowered) }),
    ...(options.profilePrefix ? { enableProfiling: true, profileFilePrefix: options.profilePrefix } : {}),
  });
  const state = onDevice
    ? await DeviceState.create(definition, lowered.nextState, settings)
    : new HostState(definition, lowered.nextState);
  return new CompiledProgram(definition, session, state, lowered.outputs, {
    engine: `onnxruntime:${provider}`,
    profiled: options.profilePrefix !== undefined,
    writesInPlace: provider === 'cpu',
  });
}

/** The next state stays on the device; only what the caller reads comes back. */
function outputLocations(lowered: LoweredProgram) {
  return Object.fromEntries([
    ...lowered.nextState.map((name) => [NEXT + name, 'gpu-buffer'] as const),
    ...Object.keys(lowered.outputs).map((name) => [OUTPUT + name, 'cpu'] as const),
  ]);
}

interface Compilation {
  /** e.g. `onnxruntime:cpu` */
  engine: string;
  profiled: boolean;
  /** Whether results go into memory that this process gives, see `uncopied-run.ts`. */
  writesInPlace: boolean;
}

class CompiledProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly session: ort.InferenceSession;
  private readonly state: ProgramState;
  private readonly outputs: LoweredProgram['outputs'];
  private readonly about: Compilation;

  constructor(
    definition: ProgramDefinition,
    session: ort.InferenceSession,
    state: ProgramState,
    outputs: LoweredProgram['outputs'],
    about: Compilation,
  ) {
    this.definition = definition;
    this.session = session;
    this.state = state;
    this.outputs = outputs;
    this.about = about;
  }

  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    const results = await this.compute(inputs);
    const next = Object.keys(this.state.spare).map((name) => [name, results[NEXT + name]!] as const);
    this.state.advance(Object.fromEntries(next));
    return Object.fromEntries(
      Object.keys(this.outputs).map((name) => [
        name,
        results[OUTPUT + name]!.data as Float32Array | Int32Array,
      ]),
    );
  }

  writeState(values: Readonly<NamedValues>): void {
    this.state.write(values);
  }

  readState(names?: readonly string[]): Promise<NamedValues> {
    return this.state.read(names);
  }

  async dispose(): Promise<void> {
    if (this.about.profiled) this.session.endProfiling();
    await this.state.dispose();
    await this.session.release();
  }

  private async compute(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Readonly<Record<string, ort.Tensor>>> {
    try {
      const state = await this.state.current();
      const feeds: Record<string, ort.Tensor> = {};
      for (const name of this.session.inputNames) {
        feeds[name] = name.startsWith(STATE)
          ? state[name.slice(STATE.length)]!
          : this.inputTensor(name.slice(INPUT.length), inputs);
      }
      const spare = mapEntries(this.state.spare, NEXT, (tensor) => tensor);
      if (!this.about.writesInPlace)
        return await this.session.run(feeds, { ...spare, ...mapEntries(this.outputs, OUTPUT, () => null) });
      const fetches = {
        ...(spare as Record<string, ort.Tensor>),
        ...mapEntries(this.outputs, OUTPUT, emptyTensor),
      };
      await runInto(this.session, feeds, fetches);
      return fetches;
    } catch (error) {
      throw engineFailure(error, this.about.engine, this.definition.name) ?? error;
    }
  }

  private inputTensor(name: string, inputs: Readonly<Record<string, TensorValues>>): ort.Tensor {
    const { shape, type } = this.definition.inputs[name]!;
    return makeTensor(type, inputs[name]!, shape);
  }
}

function emptyTensor({ shape, type }: { shape: readonly number[]; type: 'float32' | 'int32' }): ort.Tensor {
  const size = elementCount(shape);
  return makeTensor(type, type === 'float32' ? new Float32Array(size) : new Int32Array(size), shape);
}

function makeTensor(type: InputType, data: TensorValues, shape: readonly number[]): ort.Tensor {
  if (type === 'float32') return new ort.Tensor('float32', data as Float32Array, shape);
  if (type === 'int32') return new ort.Tensor('int32', data as Int32Array, shape);
  return new ort.Tensor('uint8', data as Uint8Array, shape);
}

function mapEntries<From, To>(
  record: Readonly<Record<string, From>>,
  prefix: string,
  convert: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, convert(value)]));
}

function withoutPrefix<Value>(
  record: Readonly<Record<string, Value>>,
  prefix: string,
): Record<string, Value> {
  const entries = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
