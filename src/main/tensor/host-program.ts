import * as ort from 'onnxruntime-node';
import { emptyOutput, INPUT, mapEntries, NEXT, OUTPUT, STATE, type LoweredProgram } from './lowered-program';
import {
  checkInputs,
  checkState,
  elementCount,
  stateShape,
  type NamedValues,
  type Program,
  type ProgramDefinition,
  type TensorValues,
} from './program';
import type { InputType } from './tracing-backend';
import { runInto } from './uncopied-run';

const ERRORS_ONLY = 3;

interface HostProgramOptions {
  /** One of ONNX Runtime's execution providers. */
  provider: string;
  threads?: number | undefined;
  profilePrefix?: string | undefined;
}

type Tensors = Record<string, ort.Tensor>;

/** A program whose state is in this process's memory: two sets of buffers that swap roles, so that no copy is made. */
export class HostProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly session: ort.InferenceSession;
  private readonly options: HostProgramOptions;
  private readonly lowered: LoweredProgram;
  private readonly state: Tensors = {};
  private readonly spare: Tensors = {};

  private constructor(
    definition: ProgramDefinition,
    lowered: LoweredProgram,
    session: ort.InferenceSession,
    options: HostProgramOptions,
  ) {
    this.definition = definition;
    this.session = session;
    this.options = options;
    this.lowered = lowered;
    for (const [name, shape] of Object.entries(definition.state)) this.state[name] = zeros(shape);
    for (const name of lowered.nextState) this.spare[name] = zeros(definition.state[name]!);
  }

  static async create(
    definition: ProgramDefinition,
    lowered: LoweredProgram,
    options: HostProgramOptions,
  ): Promise<HostProgram> {
    const { provider, threads, profilePrefix } = options;
    const session = await ort.InferenceSession.create(lowered.model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      // Planning all buffers as one block costs a third more memory at no gain in speed.
      enableMemPattern: false,
      // Beside other providers it warns that it leaves the arithmetic of shapes to the CPU, as it should.
      ...(provider === 'cpu' ? {} : { logSeverityLevel: ERRORS_ONLY }),
      ...(threads ? { intraOpNumThreads: threads } : {}),
      ...(profilePrefix ? { enableProfiling: true, profileFilePrefix: profilePrefix } : {}),
    });
    return new HostProgram(definition, lowered, session, options);
  }

  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    const results = await this.compute(inputs);
    for (const name of Object.keys(this.spare)) {
      this.spare[name] = this.state[name]!;
      this.state[name] = results[NEXT + name]!;
    }
    return mapEntries(
      this.lowered.outputs,
      '',
      (_, name) => results[OUTPUT + name]!.data as Float32Array | Int32Array,
    );
  }

  writeState(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) (this.state[name]!.data as Float32Array).set(data);
  }

  readState(names: readonly string[] = Object.keys(this.state)): Promise<NamedValues> {
    for (const name of names) stateShape(this.definition, name);
    const entries = names.map((name) => [name, (this.state[name]!.data as Float32Array).slice()] as const);
    return Promise.resolve(Object.fromEntries(entries));
  }

  async dispose(): Promise<void> {
    if (this.options.profilePrefix) this.session.endProfiling();
    await this.session.release();
  }

  private async compute(inputs: Readonly<Record<string, TensorValues>>): Promise<Readonly<Tensors>> {
    const feeds: Tensors = {};
    for (const name of this.session.inputNames) {
      feeds[name] = name.startsWith(STATE)
        ? this.state[name.slice(STATE.length)]!
        : this.inputTensor(name.slice(INPUT.length), inputs);
    }
    const fetches = {
      ...mapEntries(this.spare, NEXT, (tensor) => tensor),
      ...mapEntries(this.lowered.outputs, OUTPUT, emptyTensor),
    };
    if (!this.lowered.stopsCopies) return this.session.run(feeds, fetches);
    await runInto(this.session, feeds, fetches);
    return fetches;
  }

  private inputTensor(name: string, inputs: Readonly<Record<string, TensorValues>>): ort.Tensor {
    const { shape, type } = this.definition.inputs[name]!;
    return makeTensor(type, inputs[name]!, shape);
  }
}

const zeros = (shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape);

const emptyTensor = (output: LoweredProgram['outputs'][string]): ort.Tensor =>
  makeTensor(output.type, emptyOutput(output), output.shape);

function makeTensor(type: InputType, data: TensorValues, shape: readonly number[]): ort.Tensor {
  if (type === 'float32') return new ort.Tensor('float32', data as Float32Array, shape);
  if (type === 'int32') return new ort.Tensor('int32', data as Int32Array, shape);
  return new ort.Tensor('uint8', data as Uint8Array, shape);
}
