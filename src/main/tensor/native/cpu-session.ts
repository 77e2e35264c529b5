import type { InputType } from '../tracing-backend';
import type { OperatorLibrary } from './operator-library';
import {
  DEFAULT_MEMORY,
  DEVICE_ALLOCATOR,
  nativeRuntime,
  WAITED_FOR,
  type Handle,
  type NativeRuntime,
} from './runtime';
import { createSession, endProfiling, tensorAt } from './sessions';

/** Graphs are written as they are to be run: ONNX Runtime's would save nothing and take a quarter of a session's time. */
const NO_OPTIMIZATIONS = 0;

/** A tensor in this process's memory, by its name in the model. */
export interface HostTensor {
  name: string;
  data: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
}

export interface CpuSessionOptions {
  operators: OperatorLibrary;
  /** ONNX Runtime takes all cores when left out or 0. */
  threads?: number | undefined;
  /** A file-name prefix: writes ONNX Runtime's operator profile there at the end. */
  profilePrefix?: string | undefined;
}

/** Where a run reads and writes. */
export interface CpuBinding {
  handle: Handle;
  /** What ONNX Runtime knows the bound tensors by, and their memory, which has to stay. */
  tensors: { value: Handle; data: HostTensor['data'] }[];
}

/** A model made ready to run on the CPU with our own operators, which ONNX Runtime's Node binding cannot be given. */
export class CpuSession {
  private readonly runtime: NativeRuntime;
  private readonly handle: Handle;
  private readonly memory: Handle;
  private readonly profiled: boolean;

  /** Throws what ONNX Runtime says if it cannot run the model. */
  constructor(model: Uint8Array, { operators, threads = 0, profilePrefix }: CpuSessionOptions) {
    const runtime = nativeRuntime('cpu');
    this.runtime = runtime;
    this.profiled = profilePrefix !== undefined;
    this.handle = createSession(runtime, model, {
      optimizations: NO_OPTIMIZATIONS,
      profilePrefix,
      configure: (settings) => {
        runtime.call('SetIntraOpNumThreads', settings, threads);
        runtime.call('AddCustomOpDomain', settings, operators.domainOf(runtime));
      },
    });
    this.memory = runtime.call('CreateCpuMemoryInfo', DEVICE_ALLOCATOR, DEFAULT_MEMORY);
  }

  bind(inputs: readonly HostTensor[], outputs: readonly HostTensor[]): CpuBinding {
    const binding = { handle: this.runtime.call('CreateIoBinding', this.handle), tensors: [] };
    this.bindAlso(binding, inputs, outputs);
    return binding;
  }

  /**
   * Runs on another thread than this one.
   * @param inputs beside what is bound, for this run
   * @param outputs likewise; they are filled
   */
  async run(
    binding: CpuBinding,
    inputs: readonly HostTensor[],
    outputs: readonly HostTensor[],
  ): Promise<void> {
    const bound = binding.tensors.length;
    try {
      this.bindAlso(binding, inputs, outputs);
      await this.runtime.callAside('RunWithBinding', this.handle, WAITED_FOR, binding.handle);
    } finally {
      for (const { value } of binding.tensors.splice(bound)) this.runtime.release('Value', value);
    }
  }

  unbind({ handle, tensors }: CpuBinding): void {
    this.runtime.release('IoBinding', handle);
    for (const { value } of tensors) this.runtime.release('Value', value);
  }

  dispose(): void {
    const { runtime } = this;
    if (this.profiled) endProfiling(runtime, this.handle);
    runtime.release('MemoryInfo', this.memory);
    runtime.release('Session', this.handle);
  }

  private bindAlso(
    { handle, tensors }: CpuBinding,
    inputs: readonly HostTensor[],
    outputs: readonly HostTensor[],
  ): void {
    const bindAs = (how: 'BindInput' | 'BindOutput', { name, data, shape }: HostTensor): void => {
      const value = tensorAt(this.runtime, this.memory, data, data.byteLength, shape, elementType(data));
      tensors.push({ value, data });
      this.runtime.call(how, handle, name, value);
    };
    for (const input of inputs) bindAs('BindInput', input);
    for (const output of outputs) bindAs('BindOutput', output);
  }
}

function elementType(data: HostTensor['data']): InputType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'uint8';
}
