import {
  ALL_OPTIMIZATIONS,
  nativeRuntime,
  WAITED_FOR,
  type DeviceProvider,
  type Handle,
  type NativeRuntime,
} from './runtime';
import { createSession, endProfiling } from './sessions';

export interface DeviceSessionOptions {
  provider: DeviceProvider;
  /**
   * Whether the device is to repeat by itself what it did in the first run, so that no operator has to be started by the CPU
   * again: CUDA does, for models of fixed shapes whose bound values are all on the device. Where that cannot be, it is done
   * without.
   */
  captured?: boolean;
  /** A stream of CUDA's to work in; whoever wants results waits for it, as runs of a captured session do not. */
  stream?: Handle | undefined;
  /** A file-name prefix: writes ONNX Runtime's operator profile there at the end. */
  profilePrefix?: string | undefined;
}

/** The names of values in a model, and the values. */
export type BoundValues = Readonly<Record<string, Handle>>;

/** What the session reads and writes, tied to places in memory. */
type Binding = Handle;

/** A model made ready to run on a GPU. */
export class DeviceSession {
  readonly handle: Handle;
  private readonly runtime: NativeRuntime;
  /** Of the next run. */
  private runOptions: Handle = WAITED_FOR;
  /** Of the runs after the first one. */
  private readonly laterRunOptions: Handle;
  private readonly profiled: boolean;

  private constructor(
    handle: Handle,
    runtime: NativeRuntime,
    { captured, stream, profilePrefix }: DeviceSessionOptions,
  ) {
    this.handle = handle;
    this.runtime = runtime;
    this.profiled = profilePrefix !== undefined;
    this.laterRunOptions = captured && stream !== undefined ? unwaited(runtime) : WAITED_FOR;
  }

  /** Throws what ONNX Runtime says if the provider cannot be used or the model cannot be run by it. */
  static create(model: Uint8Array, options: DeviceSessionOptions): DeviceSession {
    if (options.captured && options.provider === 'cuda') {
      try {
        return DeviceSession.createAsAsked(model, options);
      } catch {
        // One of its operators is left to the CPU, say. If something else is wrong, it is so without capturing too.
      }
    }
    return DeviceSession.createAsAsked(model, { ...options, captured: false });
  }

  private static createAsAsked(model: Uint8Array, options: DeviceSessionOptions): DeviceSession {
    const runtime = nativeRuntime(options.provider);
    const handle = createSession(runtime, model, {
      optimizations: ALL_OPTIMIZATIONS,
      profilePrefix: options.profilePrefix,
      configure: (settings) => appendProvider[options.provider](runtime, settings, options),
    });
    return new DeviceSession(handle, runtime, options);
  }

  /** The values have to outlive the binding. */
  bind(inputs: BoundValues, outputs: BoundValues): Binding {
    const { runtime } = this;
    const binding = runtime.call('CreateIoBinding', this.handle);
    for (const [name, value] of Object.entries(inputs)) runtime.call('BindInput', binding, name, value);
    for (const [name, value] of Object.entries(outputs)) runtime.call('BindOutput', binding, name, value);
    return binding;
  }

  /** Runs to the end, unless it is captured and has a stream. A captured session has to be given the same binding every time. */
  run(binding: Binding): void {
    this.runtime.call('RunWithBinding', this.handle, this.runOptions, binding);
    // What a run has taken of the device's memory is free again only where it was waited for, and to capture takes as much again.
    this.runOptions = this.laterRunOptions;
  }

  unbind(binding: Binding): void {
    this.runtime.release('IoBinding', binding);
  }

  dispose(): void {
    const { runtime } = this;
    if (this.profiled) endProfiling(runtime, this.handle);
    runtime.release('RunOptions', this.laterRunOptions);
    runtime.release('Session', this.handle);
  }
}

function unwaited(runtime: NativeRuntime): Handle {
  const options = runtime.call('CreateRunOptions');
  runtime.call('AddRunConfigEntry', options, 'disable_synchronize_execution_providers', '1');
  return options;
}

const appendProvider: Record<
  DeviceProvider,
  (runtime: NativeRuntime, settings: Handle, options: DeviceSessionOptions) => void
> = {
  // Its graph capture was measured to save nothing.
  webgpu: (runtime, settings) => {
    runtime.call('SessionOptionsAppendExecutionProvider', settings, 'WebGPU', [], [], 0);
  },
  cuda: (runtime, settings, { captured = false, stream }) => {
    const chosen = {
      enable_cuda_graph: String(Number(captured)),
      // Chosen by measurement, convolutions would be computed otherwise from run to run.
      cudnn_conv_algo_search: 'HEURISTIC',
      ...(stream !== undefined && { has_user_compute_stream: '1', user_compute_stream: String(stream) }),
    };
    const options = runtime.call('CreateCUDAProviderOptions');
    try {
      const [keys, values] = [Object.keys(chosen), Object.values(chosen)];
      runtime.call('UpdateCUDAProviderOptions', options, keys, values, keys.length);
      runtime.call('SessionOptionsAppendExecutionProvider_CUDA_V2', settings, options);
    } finally {
      runtime.release('CUDAProviderOptions', options);
    }
  },
};
