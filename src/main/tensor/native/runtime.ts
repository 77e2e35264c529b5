import { join } from 'node:path';
import type { InputType } from '../tracing-backend';
import { cudaLibraries, cudaRuntime } from './cuda';
import { koffi, loadLibrary } from './koffi';
import { onnxRuntimePackage } from './onnxruntime-package';

/*
 * ONNX Runtime's C API, of which its Node binding leaves out what a GPU needs: results that stay in CUDA's memory, and
 * steps that the device captures once and then repeats by itself. The library is the one that the binding brings along,
 * or that of CUDA's set-up.
 */

/** ONNX Runtime's providers whose memory is used as well: what a session computes can stay where it is. */
export type DeviceProvider = 'webgpu' | 'cuda';
/** Those that are called in this way. */
type NativeProvider = 'cpu' | DeviceProvider;

/** The address of one of the library's objects. */
export type Handle = bigint;

/** The API's version whose functions are used: that of ONNX Runtime 1.22, which later libraries have too. */
const API_VERSION = 22;

/** Each function's place in the table `OrtApi`, which only ever grows, and its arguments; `out` is a handle that it makes. */
const FUNCTIONS = {
  CreateEnv: [3, 'int', 'string', 'out'],
  CreateSessionFromArray: [8, 'handle', 'data', 'size', 'handle', 'out'],
  CreateSessionOptions: [10, 'out'],
  EnableProfiling: [14, 'handle', 'path'],
  DisableMemPattern: [17, 'handle'],
  SetSessionLogSeverityLevel: [22, 'handle', 'int'],
  SetSessionGraphOptimizationLevel: [23, 'handle', 'int'],
  SetIntraOpNumThreads: [24, 'handle', 'int'],
  CreateCustomOpDomain: [26, 'string', 'out'],
  CustomOpDomain_Add: [27, 'handle', 'handle'],
  AddCustomOpDomain: [28, 'handle', 'handle'],
  CreateRunOptions: [39, 'out'],
  CreateTensorAsOrtValue: [48, 'handle', 'data', 'size', 'int', 'out'],
  CreateTensorWithDataAsOrtValue: [49, 'handle', 'data', 'size', 'data', 'size', 'int', 'out'],
  GetTensorMutableData: [51, 'handle', 'out'],
  CreateMemoryInfo: [68, 'string', 'int', 'int', 'int', 'out'],
  CreateCpuMemoryInfo: [69, 'int', 'int', 'out'],
  AllocatorFree: [76, 'handle', 'handle'],
  GetAllocatorWithDefaultOptions: [78, 'out'],
  SessionEndProfiling: [110, 'handle', 'handle', 'out'],
  CreateAllocator: [131, 'handle', 'handle', 'out'],
  RunWithBinding: [133, 'handle', 'handle', 'handle'],
  CreateIoBinding: [134, 'handle', 'out'],
  BindInput: [136, 'handle', 'string', 'handle'],
  BindOutput: [137, 'handle', 'string', 'handle'],
  AddRunConfigEntry: [165, 'handle', 'string', 'string'],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'handle', 'handle'],
  CreateCUDAProviderOptions: [205, 'out'],
  UpdateCUDAProviderOptions: [206, 'handle', 'strings', 'strings', 'size'],
  SessionOptionsAppendExecutionProvider: [216, 'handle', 'string', 'strings', 'strings', 'size'],
} as const satisfies Record<string, readonly [number, ...ArgumentKind[]]>;

const RELEASES = {
  Status: 93,
  MemoryInfo: 94,
  Session: 95,
  Value: 96,
  RunOptions: 97,
  SessionOptions: 100,
  Allocator: 132,
  IoBinding: 135,
  CUDAProviderOptions: 208,
} as const;

const ERROR_MESSAGE = 2;

type ArgumentKind = 'handle' | 'data' | 'string' | 'strings' | 'path' | 'int' | 'size' | 'out';
type Argument = Handle | number | string | readonly string[] | NodeJS.TypedArray;

type KoffiType = string | ReturnType<typeof koffi.out>;

const KOFFI_TYPES: Record<ArgumentKind, KoffiType> = {
  handle: 'void *',
  data: 'void *',
  string: 'str',
  strings: 'const char **',
  path: process.platform === 'win32' ? 'str16' : 'str',
  int: 'int',
  size: 'size_t',
  out: koffi.out(koffi.pointer('void *')),
};

type NativeFunction = ((...values: unknown[]) => unknown) & { async(...values: unknown[]): void };

type FunctionName = keyof typeof FUNCTIONS;

/** A level of its log. */
export const ERRORS_ONLY = 3;
/** A level of its graph optimisation. */
export const ALL_OPTIMIZATIONS = 99;
/** Kinds of allocators and of memory. */
export const DEVICE_ALLOCATOR = 0;
export const DEFAULT_MEMORY = 0;
/** Options of a run that is waited for: none. */
export const WAITED_FOR: Handle = 0n;
export const ONNX_TYPE = { float32: 1, uint8: 2, int32: 6 } as const satisfies Record<InputType, number>;

/** The functions of one loaded library. */
export interface NativeRuntime {
  /**
   * Calls a function, and returns the handle that it makes, if it makes one.
   * @throws Error with what the library says of its failure
   */
  call(name: FunctionName, ...values: Argument[]): Handle;
  /** The same on another thread; for functions that make no handle. */
  callAside(name: FunctionName, ...values: Argument[]): Promise<void>;
  release(kind: keyof typeof RELEASES, handle: Handle): void;
  /** The environment that all sessions of this process share. */
  readonly environment: Handle;
}

const loaded = new Map<NativeProvider, NativeRuntime>();

/**
 * Loads the library that a provider is in, once.
 * @throws Error if it is not there or lacks the API
 */
export function nativeRuntime(provider: NativeProvider): NativeRuntime {
  const runtime = loaded.get(provider) ?? loadFor[provider]();
  loaded.set(provider, runtime);
  return runtime;
}

const loadFor: Record<NativeProvider, () => NativeRuntime> = {
  cpu: () => load(bundledRuntime()),
  webgpu: () => load(bundledRuntime()),
  cuda: () => {
    const path = cudaRuntime();
    if (path === undefined) throw new Error('CUDA has not been set up.');
    // Its provider finds those that are in the process already, wherever they lie.
    for (const library of cudaLibraries()) loadLibrary(library);
    return load(path);
  },
};

function load(path: string): NativeRuntime {
  const base = loadLibrary(path).func('void *OrtGetApiBase()')() as Handle;
  const getApi = koffi.decode(koffi.decode(base, 'void *'), koffi.proto('void *', ['uint32_t']));
  const api = (getApi as (version: number) => Handle | null)(API_VERSION);
  if (api === null) throw new Error(`ONNX Runtime's library has no API of version ${API_VERSION}.`);
  const functionAt = (place: number, result: string, types: KoffiType[]) =>
    koffi.decode(
      koffi.decode(api, place * koffi.sizeof('void *'), 'void *'),
      koffi.proto(result, types),
    ) as NativeFunction;
  const releases = Object.fromEntries(
    Object.entries(RELEASES).map(([kind, place]) => [kind, functionAt(place, 'void', ['void *'])]),
  ) as unknown as Record<keyof typeof RELEASES, (handle: Handle) => void>;
  const message = functionAt(ERROR_MESSAGE, 'const char *', ['void *']) as (status: Handle) => string;
  const functions = new Map(
    Object.entries(FUNCTIONS).map(([name, [place, ...kinds]]) => {
      const call = functionAt(
        place,
        'void *',
        kinds.map((kind) => KOFFI_TYPES[kind]),
      );
      return [name, { call, makes: kinds.at(-1) === 'out' }] as const;
    }),
  );
  const call = (name: FunctionName, ...values: Argument[]): Handle => {
    const made: [Handle] = [0n];
    const { call, makes } = functions.get(name)!;
    const status = call(...values, ...(makes ? [made] : [])) as Handle | null;
    if (!status) return made[0];
    const said = message(status);
    releases.Status(status);
    throw new Error(said);
  };
  const callAside = (name: FunctionName, ...values: Argument[]): Promise<void> =>
    new Promise((resolve, reject) => {
      functions.get(name)!.call.async(...values, (failed: Error | null, status: Handle | null) => {
        if (failed) return reject(failed);
        if (!status) return resolve();
        const said = message(status);
        releases.Status(status);
        reject(new Error(said));
      });
    });
  return {
    call,
    callAside,
    release: (kind, handle) => releases[kind](handle),
    environment: call('CreateEnv', ERRORS_ONLY, 'ditto-studio'),
  };
}

/** The library beside ONNX Runtime's Node binding. */
function bundledRuntime(): string {
  const { folder, version } = onnxRuntimePackage();
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libonnxruntime.so.1',
    darwin: `libonnxruntime.${version}.dylib`,
    win32: 'onnxruntime.dll',
  };
  const name = names[process.platform];
  if (!name) throw new Error(`ONNX Runtime has no library for ${process.platform}.`);
  return join(folder, 'bin', 'napi-v6', process.platform, process.arch, name);
}
