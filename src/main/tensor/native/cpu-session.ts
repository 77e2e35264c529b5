import type { OperatorLibrary } from './operator-library';
import {
  DEFAULT_MEMORY,
  DEVICE_ALLOCATOR,
  ERRORS_ONLY,
  nativeRuntime,
  ONNX_TYPE,
  WAITED_FOR,
  type Handle,
  type NativeRuntime,
} from './runtime';

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
    const settings = runtime.call('CreateSessionOptions');
    this.runtime = runtime;
    this.profiled = profilePrefix !== undefined;
    try {
      runtime.call('SetSessionGraphOptimizationLevel', settings, NO_OPTIMIZATIONS);
      runtime.call('SetSessionLogSeverityLevel', settings, ERRORS_ONLY);
      // Planning all buffers as one block costs a third more memory at no gain in speed.
      runtime.call('DisableMemPattern', settings);
      runtime.call('SetIntraOpNumThreads', settings, threads);
      if (profilePrefix) runtime.call('EnableProfiling', settings, profilePrefix);
      runtime.call('AddCustomOpDomain', settings, operators.domainOf(runtime));
      const { environment } = runtime;
      this.handle = runtime.call('CreateSessionFromArray', environment, model, model.byteLength, settings);
    } finally {
      runtime.release('SessionOptions', settings);
    }
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
    if (this.profiled) {
      const allocator = runtime.call('GetAllocatorWithDefaultOptions');
      const file = runtime.call('SessionEndProfiling', this.handle, allocator);
      runtime.call('AllocatorFree', allocator, file);
    }
    runtime.release('MemoryInfo', this.memory);
    runtime.release('Session', this.handle);
  }

  private bindAlso(
    { handle, tensors }: CpuBinding,
    inputs: readonly HostTensor[],
    outputs: readonly HostTensor[],
  ): void {
    const bindAs = (how: 'BindInput' | 'BindOutput', { name, data, shape }: HostTensor): void => {
      const sizes = BigInt64Array.from(shape, BigInt);
      const place = [this.memory, data, data.byteLength] as const;
      const type = [sizes, sizes.length, elementType(data)] as const;
      const value = this.runtime.call('CreateTensorWithDataAsOrtValue', ...place, ...type);
      tensors.push({ value, data });
      this.runtime.call(how, handle, name, value);
    };
    for (const input of inputs) bindAs('BindInput', input);
    for (const output of outputs) bindAs('BindOutput', output);
  }
}

function elementType(data: HostTensor['data']): number {
  if (data instanceof Float32Array) return ONNX_TYPE.float32;
  return data instanceof Int32Array ? ONNX_TYPE.int32 : ONNX_TYPE.uint8;
}
