import type { InputType } from '../tracing-backend';
import { ERRORS_ONLY, ONNX_TYPE, type Handle, type NativeRuntime } from './runtime';

/* What sessions on the CPU and on a GPU have in common. */

interface SessionSettings {
  /** A level of ONNX Runtime's graph optimisation. */
  optimizations: number;
  /** A file-name prefix: writes ONNX Runtime's operator profile there at the end. */
  profilePrefix: string | undefined;
  /** Says what else the session is to have. */
  configure(settings: Handle): void;
}

/** Throws what ONNX Runtime says if it cannot run the model. */
export function createSession(
  runtime: NativeRuntime,
  model: Uint8Array,
  { optimizations, profilePrefix, configure }: SessionSettings,
): Handle {
  const settings = runtime.call('CreateSessionOptions');
  try {
    runtime.call('SetSessionGraphOptimizationLevel', settings, optimizations);
    // On a GPU it warns that it leaves the arithmetic of shapes to the CPU, as it should.
    runtime.call('SetSessionLogSeverityLevel', settings, ERRORS_ONLY);
    // Planning all buffers as one block costs a third more memory at no gain in speed.
    runtime.call('DisableMemPattern', settings);
    if (profilePrefix) runtime.call('EnableProfiling', settings, profilePrefix);
    configure(settings);
    return runtime.call('CreateSessionFromArray', runtime.environment, model, model.byteLength, settings);
  } finally {
    runtime.release('SessionOptions', settings);
  }
}

/** Writes the profile of a session that was made with a prefix for it. */
export function endProfiling(runtime: NativeRuntime, session: Handle): void {
  const allocator = runtime.call('GetAllocatorWithDefaultOptions');
  const file = runtime.call('SessionEndProfiling', session, allocator);
  runtime.call('AllocatorFree', allocator, file);
}

/** A tensor over memory that is there. */
export function tensorAt(
  runtime: NativeRuntime,
  memory: Handle,
  place: Handle | NodeJS.TypedArray,
  byteLength: number,
  shape: readonly number[],
  type: InputType,
): Handle {
  const sizes = BigInt64Array.from(shape, BigInt);
  const description = [sizes, sizes.length, ONNX_TYPE[type]] as const;
  return runtime.call('CreateTensorWithDataAsOrtValue', memory, place, byteLength, ...description);
}
