import { GraphBuilder } from '../graph';
import { elementCount } from '../program';
import type { InputType } from '../tracing-backend';
import { readWithCuda, writeWithCuda } from './cuda-runtime';
import { DeviceSession } from './device-session';
import {
  DEFAULT_MEMORY,
  DEVICE_ALLOCATOR,
  nativeRuntime,
  ONNX_TYPE,
  type DeviceProvider,
  type Handle,
  type NativeRuntime,
} from './runtime';
import { tensorAt } from './sessions';

/** A tensor in the GPU's memory. */
export interface DeviceTensor {
  /** As sessions are to see it. */
  value: Handle;
  /** The same memory as a vector of 32-bit words, which is copied alike whatever it holds. */
  words: Handle;
  /** Its address, where it has one. */
  place: Handle;
}

/** What ONNX Runtime calls each provider's memory. */
const MEMORY: Record<DeviceProvider, string> = { webgpu: 'WebGPU_Buf', cuda: 'Cuda' };

const WORD = 4;

/** Allocates in the GPU's memory and copies between it and this process's. */
export class DeviceMemory {
  /** ONNX Runtime has no call that copies between the memories, but a model that does nothing does. */
  private readonly copying: DeviceSession;
  /** CUDA itself has one, which needs no session. */
  private readonly isCuda: boolean;
  private readonly runtime: NativeRuntime;
  private readonly device: Handle;
  private readonly host: Handle;
  private readonly allocator: Handle;
  private readonly tensors: DeviceTensor[] = [];

  constructor(provider: DeviceProvider) {
    const runtime = nativeRuntime(provider);
    const graph = new GraphBuilder();
    graph.output('y', graph.node('Identity', [graph.input('x', null, 'float32')]), null, 'float32');
    this.runtime = runtime;
    this.isCuda = provider === 'cuda';
    this.copying = DeviceSession.create(graph.encode('copy'), { provider });
    this.device = runtime.call('CreateMemoryInfo', MEMORY[provider], DEVICE_ALLOCATOR, 0, DEFAULT_MEMORY);
    this.host = runtime.call('CreateCpuMemoryInfo', DEVICE_ALLOCATOR, DEFAULT_MEMORY);
    this.allocator = runtime.call('CreateAllocator', this.copying.handle, this.device);
  }

  /** It holds anything at first. */
  allocate(shape: readonly number[], type: InputType): DeviceTensor {
    const { runtime } = this;
    const byteLength = elementCount(shape) * (type === 'uint8' ? 1 : WORD);
    const count = BigInt64Array.of(BigInt(Math.ceil(byteLength / WORD)));
    const words = runtime.call('CreateTensorAsOrtValue', this.allocator, count, 1, ONNX_TYPE.float32);
    const place = runtime.call('GetTensorMutableData', words);
    const value = tensorAt(this.runtime, this.device, place, byteLength, shape, type);
    const tensor = { value, words, place };
    this.tensors.push(tensor);
    return tensor;
  }

  write(tensor: DeviceTensor, data: NodeJS.TypedArray): void {
    if (this.isCuda) writeWithCuda(tensor.place, data);
    else this.onHost(data, (words) => this.copy(words, tensor.words));
  }

  /** Fills `data`, whose size has to be the tensor's, in whole words. */
  read(tensor: DeviceTensor, data: Float32Array | Int32Array): void {
    if (this.isCuda) readWithCuda(tensor.place, data);
    else this.onHost(data, (words) => this.copy(tensor.words, words));
  }

  /** Releases all tensors too. */
  dispose(): void {
    const { runtime } = this;
    for (const { value, words } of this.tensors) {
      runtime.release('Value', value);
      runtime.release('Value', words);
    }
    runtime.release('Allocator', this.allocator);
    runtime.release('MemoryInfo', this.device);
    runtime.release('MemoryInfo', this.host);
    this.copying.dispose();
  }

  private copy(from: Handle, to: Handle): void {
    const binding = this.copying.bind({ x: from }, { y: to });
    try {
      this.copying.run(binding);
    } finally {
      this.copying.unbind(binding);
    }
  }

  /** `use` of this process's memory as words, while it lasts. */
  private onHost(data: NodeJS.TypedArray, use: (words: Handle) => void): void {
    const bytes = wholeWords(data);
    const words = tensorAt(
      this.runtime,
      this.host,
      bytes,
      bytes.byteLength,
      [bytes.byteLength / WORD],
      'float32',
    );
    try {
      use(words);
    } finally {
      this.runtime.release('Value', words);
    }
  }
}

/** The same bytes, filled up where they are no whole number of words. */
function wholeWords(data: NodeJS.TypedArray): NodeJS.TypedArray {
  if (data.byteLength % WORD === 0) return data;
  const filled = new Uint8Array(Math.ceil(data.byteLength / WORD) * WORD);
  filled.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return filled;
}
