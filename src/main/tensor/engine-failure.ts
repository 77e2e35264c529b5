import { StudioError } from '../../shared/errors';

/** The engine could not go on with a computation that is not at fault: what was finished before can be resumed. */
export class EngineFailure extends StudioError {}

const OUT_OF_MEMORY =
  /out of memory|OOM when allocating|out_of_memory|failed to allocate|bad allocation|std::bad_alloc|not enough memory|cudaErrorMemoryAllocation|E_OUTOFMEMORY/i;
const DEVICE_LOST =
  /device (is |was )?(lost|removed|hung|reset)|device_(lost|removed|hung|reset)|CUDA failure \d+|cudaError|GPU_CRASH/i;

/** What ONNX Runtime and TensorFlow say when memory or the device is gone, as advice; undefined for anything else. */
export function engineFailure(error: unknown, engine: string, program: string): EngineFailure | undefined {
  const said = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(said)) {
    return new EngineFailure(
      `The engine ${engine} ran out of memory in ${program}. Close what else uses that memory, or choose a ` +
        `smaller batch or preset. It said: ${firstLine(said)}`,
      { cause: error },
    );
  }
  if (DEVICE_LOST.test(said)) {
    return new EngineFailure(
      `The engine ${engine} lost its device in ${program}: the driver was reset, or the GPU removed. If it ` +
        `happens again, train on onnxruntime:cpu. It said: ${firstLine(said)}`,
      { cause: error },
    );
  }
  return undefined;
}

const LONGEST = 200;

function firstLine(text: string): string {
  const line = text.split('\n')[0]!;
  if (line.length > LONGEST) return `${line.slice(0, LONGEST)}…`;
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}
