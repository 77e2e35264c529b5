import { setImmediate } from 'node:timers/promises';
import { GraphBuilder } from './graph';
import { emptyOutput, INPUT, mapEntries, NEXT, OUTPUT, STATE, type LoweredProgram } from './lowered-program';
import { CudaStream } from './native/cuda-runtime';
import { DeviceMemory, type DeviceTensor } from './native/device-memory';
import { DeviceSession } from './native/device-session';
import type { DeviceProvider, Handle } from './native/runtime';
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

type DeviceTensors = Record<string, DeviceTensor>;

/** A session with the places of all that it reads and writes, which never change. */
interface BoundSession {
  session: DeviceSession;
  binding: Handle;
}

/**
 * A program on a GPU: its state, inputs and outputs stay in the same places of the device's memory, so that CUDA can
 * repeat a whole step, once it has made one, without the CPU starting each operator anew. A step writes the next state
 * beside the current one; then one more session copies it there, so that a step that fails leaves the state as it was.
 */
export class DeviceProgram implements Program {
  readonly definition: ProgramDefinition;
  private readonly memory: DeviceMemory;
  /** CUDA's, where there is one. */
  private readonly stream: CudaStream | undefined;
  private readonly state: DeviceTensors;
  private readonly inputs: DeviceTensors;
  private readonly outputs: DeviceTensors;
  private readonly types: LoweredProgram['outputs'];
  private readonly sessions: BoundSession[] = [];

  /** @param profilePrefix if there is one, operators are started one by one, so that they can be timed */
  constructor(
    definition: ProgramDefinition,
    lowered: LoweredProgram,
    { provider, profilePrefix }: { provider: DeviceProvider; profilePrefix?: string | undefined },
  ) {
    this.definition = definition;
    this.types = lowered.outputs;
    this.memory = new DeviceMemory(provider);
    try {
      this.stream = provider === 'cuda' ? new CudaStream() : undefined;
      const onDevice = (
        shape: readonly number[],
        type: 'float32' | 'int32' | 'uint8' = 'float32',
      ): DeviceTensor => this.memory.allocate(shape, type);
      this.state = mapEntries(definition.state, '', (shape) => onDevice(shape));
      this.inputs = mapEntries(definition.inputs, '', ({ shape, type }) => onDevice(shape, type));
      this.outputs = mapEntries(lowered.outputs, '', ({ shape, type }) => onDevice(shape, type));
      for (const [name, tensor] of Object.entries(this.state)) {
        this.memory.write(tensor, new Float32Array(elementCount(definition.state[name]!)));
      }
      const next = Object.fromEntries(
        lowered.nextState.map((name) => [name, onDevice(definition.state[name]!)] as const),
      );
      const options = { provider, captured: profilePrefix === undefined, stream: this.stream?.handle };
      const step = DeviceSession.create(lowered.model, { ...options, profilePrefix });
      const read = { ...values(this.state, STATE), ...values(this.inputs, INPUT) };
      this.bind(step, read, { ...values(next, NEXT), ...values(this.outputs, OUTPUT) });
      if (lowered.nextState.length === 0) return;
      const advance = DeviceSession.create(copyModel(definition, lowered.nextState), options);
      this.bind(advance, values(next, NEXT), values(select(this.state, lowered.nextState), STATE));
    } catch (error) {
      // What was allocated would be missing to whoever tries something smaller.
      this.release();
      throw error;
    }
  }

  async run(
    inputs: Readonly<Record<string, TensorValues>>,
  ): Promise<Record<string, Float32Array | Int32Array>> {
    checkInputs(this.definition, inputs);
    // Without a stream a step keeps this thread until it is over; whatever else waits for the thread has its turn before.
    if (!this.stream) await setImmediate();
    for (const [name, tensor] of Object.entries(this.inputs)) this.memory.write(tensor, inputs[name]!);
    for (const { session, binding } of this.sessions) session.run(binding);
    await this.stream?.finished();
    return mapEntries(this.outputs, '', (tensor, name) => {
      const result = emptyOutput(this.types[name]!);
      this.memory.read(tensor, result);
      return result;
    });
  }

  writeState(given: Readonly<NamedValues>): void {
    checkState(this.definition, given);
    for (const [name, data] of Object.entries(given)) this.memory.write(this.state[name]!, data);
  }

  readState(names: readonly string[] = Object.keys(this.state)): Promise<NamedValues> {
    const read = names.map((name) => {
      const data = new Float32Array(elementCount(stateShape(this.definition, name)));
      this.memory.read(this.state[name]!, data);
      return [name, data] as const;
    });
    return Promise.resolve(Object.fromEntries(read));
  }

  dispose(): Promise<void> {
    this.release();
    return Promise.resolve();
  }

  private release(): void {
    for (const { session, binding } of this.sessions) {
      session.unbind(binding);
      session.dispose();
    }
    this.stream?.dispose();
    this.memory.dispose();
  }

  private bind(
    session: DeviceSession,
    inputs: Record<string, Handle>,
    outputs: Record<string, Handle>,
  ): void {
    this.sessions.push({ session, binding: session.bind(inputs, outputs) });
  }
}

/** `next/x` becomes `state/x`. */
function copyModel(definition: ProgramDefinition, names: readonly string[]): Uint8Array {
  const graph = new GraphBuilder();
  for (const name of names) {
    const shape = definition.state[name]!;
    graph.output(
      STATE + name,
      graph.node('Identity', [graph.input(NEXT + name, shape, 'float32')]),
      shape,
      'float32',
    );
  }
  return graph.encode('advance');
}

const values = (tensors: DeviceTensors, prefix: string): Record<string, Handle> =>
  mapEntries(tensors, prefix, ({ value }) => value);

const select = (tensors: DeviceTensors, names: readonly string[]): DeviceTensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));
