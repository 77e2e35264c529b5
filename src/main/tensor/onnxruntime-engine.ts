import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { channelBlock } from './channel-block';
import {
  checkInputs,
  checkNextState,
  checkState,
  elementCount,
  stateShape,
  type Engine,
  type NamedTensors,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
} from './program';
import { trace, type InputType } from './tracing-backend';

const STATE = 'state/';
const NEXT = 'next/';
const INPUT = 'input/';
const OUTPUT = 'output/';

const ERRORS_ONLY = 3;

/** ONNX Runtime's execution providers. Beside `cpu`, state still travels through the CPU's memory. */
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
  return {
    id: `onnxruntime:${provider}`,
    compile: (definition) => compileProgram(definition, provider, options),
  };
}

/**
 * The program's whole step as one ONNX model: `state/*` and `input/*` go in, `next/*` and `output/*` come out.
 * @param block see `channel-block.ts`
 */
export function lowerProgram(
  definition: ProgramDefinition,
  block?: number,
): {
  model: Uint8Array;
  nextState: string[];
  outputs: string[];
} {
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
  const traced = trace(inputs, step, block);
  const names = Object.keys(traced.outputs);
  return {
    model: traced.graph.encode(definition.name),
    nextState: names.filter((name) => name.startsWith(NEXT)).map((name) => name.slice(NEXT.length)),
    outputs: names.filter((name) => name.startsWith(OUTPUT)).map((name) => name.slice(OUTPUT.length)),
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

async function compileProgram(
  definition: ProgramDefinition,
  provider: OnnxRuntimeProvider,
  options: OnnxRuntimeOptions,
): Promise<Program> {
  const lowered = lowerProgram(definition, provider === 'cpu' ? await channelBlock() : undefined);
  const session = await ort.InferenceSession.create(lowered.model, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // Beside other providers it warns that it leaves the arithmetic of shapes to the CPU, as it should.
    ...(provider === 'cpu' ? {} : { logSeverityLevel: ERRORS_ONLY }),
    ...(options.threads ? { intraOpNumThreads: options.threads } : {}),
    ...(options.profilePrefix ? { enableProfiling: true, profileFilePrefix: options.profilePrefix } : {}),
  });
  return new CompiledProgram(definition, session, lowered, options.profilePrefix !== undefined);
}

/**
 * State lives in two sets of buffers that swap roles: a run reads one and writes the other, so that no copy is made
 * and a run that fails leaves the state as it was.
 */
class CompiledProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly session: ort.InferenceSession;
  private readonly outputs: readonly string[];
  private readonly profiled: boolean;
  private current: Record<string, ort.Tensor> = {};
  private spare: Record<string, ort.Tensor> = {};

  constructor(
    definition: ProgramDefinition,
    session: ort.InferenceSession,
    lowered: { nextState: string[]; outputs: string[] },
    profiled: boolean,
  ) {
    this.definition = definition;
    this.session = session;
    this.outputs = lowered.outputs;
    this.profiled = profiled;
    for (const [name, shape] of Object.entries(definition.state)) this.current[name] = zeros(shape);
    for (const name of lowered.nextState) this.spare[name] = zeros(definition.state[name]!);
  }

  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of this.session.inputNames) {
      feeds[name] = name.startsWith(STATE)
        ? this.current[name.slice(STATE.length)]!
        : this.inputTensor(name.slice(INPUT.length), inputs);
    }
    const fetches: Record<string, ort.Tensor | null> = {};
    for (const [name, tensor] of Object.entries(this.spare)) fetches[NEXT + name] = tensor;
    for (const name of this.outputs) fetches[OUTPUT + name] = null;
    const results = await this.session.run(feeds, fetches);
    for (const name of Object.keys(this.spare)) {
      [this.current[name], this.spare[name]] = [this.spare[name]!, this.current[name]!];
    }
    return Object.fromEntries(
      this.outputs.map((name) => [name, results[OUTPUT + name]!.data as Float32Array | Int32Array]),
    );
  }

  writeState(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) (this.current[name]!.data as Float32Array).set(data);
  }

  readState(names: readonly string[] = Object.keys(this.current)): Promise<NamedValues> {
    for (const name of names) stateShape(this.definition, name);
    const entries = names.map((name) => [name, (this.current[name]!.data as Float32Array).slice()] as const);
    return Promise.resolve(Object.fromEntries(entries));
  }

  async dispose(): Promise<void> {
    if (this.profiled) this.session.endProfiling();
    await this.session.release();
  }

  private inputTensor(name: string, inputs: Readonly<Record<string, TensorValues>>): ort.Tensor {
    const { shape, type } = this.definition.inputs[name]!;
    return makeTensor(type, inputs[name]!, shape);
  }
}

function makeTensor(type: InputType, data: TensorValues, shape: readonly number[]): ort.Tensor {
  if (type === 'float32') return new ort.Tensor('float32', data as Float32Array, shape);
  if (type === 'int32') return new ort.Tensor('int32', data as Int32Array, shape);
  return new ort.Tensor('uint8', data as Uint8Array, shape);
}

const zeros = (shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape);

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
