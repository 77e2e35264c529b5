import * as ort from 'onnxruntime-node';
import { GraphBuilder } from './graph';
import { checkState, elementCount, stateShape, type NamedValues, type ProgramDefinition } from './program';

/** Where a compiled program's state lives between runs. A run that fails leaves it as it was. */
export interface ProgramState {
  /** The state as a run reads it. */
  current(): Promise<Readonly<Record<string, ort.Tensor>>>;
  /** Where a run is to write the next state: into these tensors, or into new ones for null. */
  readonly spare: Readonly<Record<string, ort.Tensor | null>>;
  /** The next state takes the place of the current one. */
  advance(next: Readonly<Record<string, ort.Tensor>>): void;
  write(values: Readonly<NamedValues>): void;
  /** Copies. */
  read(names?: readonly string[]): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** State in this process's memory: two sets of buffers that swap roles, so that no copy is made. */
export class HostState implements ProgramState {
  private readonly definition: ProgramDefinition;
  private readonly tensors: Record<string, ort.Tensor> = {};
  readonly spare: Record<string, ort.Tensor> = {};

  constructor(definition: ProgramDefinition, replaced: readonly string[]) {
    this.definition = definition;
    for (const [name, shape] of Object.entries(definition.state)) this.tensors[name] = zeros(shape);
    for (const name of replaced) this.spare[name] = zeros(definition.state[name]!);
  }

  current(): Promise<Record<string, ort.Tensor>> {
    return Promise.resolve(this.tensors);
  }

  advance(): void {
    for (const name of Object.keys(this.spare)) {
      [this.tensors[name], this.spare[name]] = [this.spare[name]!, this.tensors[name]!];
    }
  }

  write(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) (this.tensors[name]!.data as Float32Array).set(data);
  }

  read(names: readonly string[] = Object.keys(this.tensors)): Promise<NamedValues> {
    for (const name of names) stateShape(this.definition, name);
    const entries = names.map((name) => [name, (this.tensors[name]!.data as Float32Array).slice()] as const);
    return Promise.resolve(Object.fromEntries(entries));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * State in the GPU's memory: what is written is uploaded before the next run, once, and from then on a run's results are
 * the next run's inputs where they lie.
 */
export class DeviceState implements ProgramState {
  private readonly definition: ProgramDefinition;
  private readonly copies: { toDevice: ort.InferenceSession; toHost: ort.InferenceSession };
  private readonly tensors: Record<string, ort.Tensor> = {};
  readonly spare: Readonly<Record<string, null>>;

  private constructor(
    definition: ProgramDefinition,
    replaced: readonly string[],
    copies: DeviceState['copies'],
  ) {
    this.definition = definition;
    this.copies = copies;
    this.spare = Object.fromEntries(replaced.map((name) => [name, null]));
    for (const [name, shape] of Object.entries(definition.state)) this.tensors[name] = zeros(shape);
  }

  /** `options` are those of the program's own session, so that both share a device. */
  static async create(
    definition: ProgramDefinition,
    replaced: readonly string[],
    options: ort.InferenceSession.SessionOptions,
  ): Promise<DeviceState> {
    // ONNX Runtime's Node binding has no call that copies between the memories, but a model that does nothing does.
    const graph = new GraphBuilder();
    graph.output('y', graph.input('x', null, 'float32'), null, 'float32');
    const model = graph.encode('copy');
    const copyTo = (preferredOutputLocation: 'gpu-buffer' | 'cpu') =>
      ort.InferenceSession.create(model, { ...options, preferredOutputLocation });
    const copies = { toDevice: await copyTo('gpu-buffer'), toHost: await copyTo('cpu') };
    return new DeviceState(definition, replaced, copies);
  }

  async current(): Promise<Record<string, ort.Tensor>> {
    for (const [name, tensor] of Object.entries(this.tensors)) {
      if (tensor.location === 'cpu')
        this.tensors[name] = (await this.copies.toDevice.run({ x: tensor }))['y']!;
    }
    return this.tensors;
  }

  advance(next: Readonly<Record<string, ort.Tensor>>): void {
    for (const [name, tensor] of Object.entries(next)) this.replace(name, tensor);
  }

  write(values: Readonly<NamedValues>): void {
    checkState(this.definition, values);
    for (const [name, data] of Object.entries(values)) {
      this.replace(name, new ort.Tensor('float32', data.slice(), this.definition.state[name]!));
    }
  }

  async read(names: readonly string[] = Object.keys(this.tensors)): Promise<NamedValues> {
    const values: NamedValues = {};
    for (const name of names) {
      stateShape(this.definition, name);
      const tensor = this.tensors[name]!;
      const onHost = tensor.location === 'cpu' ? tensor : (await this.copies.toHost.run({ x: tensor }))['y']!;
      values[name] = (onHost.data as Float32Array).slice();
    }
    return values;
  }

  async dispose(): Promise<void> {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
    await Promise.all([this.copies.toDevice.release(), this.copies.toHost.release()]);
  }

  private replace(name: string, tensor: ort.Tensor): void {
    this.tensors[name]!.dispose();
    this.tensors[name] = tensor;
  }
}

const zeros = (shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', new Float32Array(elementCount(shape)), shape);
