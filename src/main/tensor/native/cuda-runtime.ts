import { promisify } from 'node:util';
import { koffi, loadLibrary } from './koffi';
import { cudaLibrary } from './cuda';
import type { Handle } from './runtime';

/*
 * CUDA's own calls, for what ONNX Runtime does not offer: to wait for the device without keeping a thread, and to copy
 * without a session.
 */

/** A stream of this kind takes no turns with what others and the default one do. */
const NON_BLOCKING = 1;
/** The addresses say which way it goes. */
const EITHER_WAY = 4;
/** In which copies are made. */
const DEFAULT_STREAM = 0n;

interface CudaFunctions {
  createStream(made: [Handle], flags: number): number;
  destroyStream(stream: Handle): number;
  synchronize(stream: Handle): number;
  /** The same on a thread of koffi's. */
  synchronizeElsewhere(stream: Handle): Promise<number>;
  copy(to: Place, from: Place, byteLength: number, direction: number): number;
  describe(failure: number): string;
}

/** In the device's memory or in this process's. */
type Place = Handle | NodeJS.TypedArray;

let loaded: CudaFunctions | undefined;

function cudaFunctions(): CudaFunctions {
  if (loaded) return loaded;
  const library = loadLibrary(cudaLibrary('libcudart.so.13'));
  const synchronize = library.func('cudaStreamSynchronize', 'int', ['void *']);
  loaded = {
    createStream: library.func('cudaStreamCreateWithFlags', 'int', [
      koffi.out(koffi.pointer('void *')),
      'uint',
    ]),
    destroyStream: library.func('cudaStreamDestroy', 'int', ['void *']),
    synchronize,
    synchronizeElsewhere: promisify<Handle, number>(synchronize.async as never),
    copy: library.func('cudaMemcpy', 'int', ['void *', 'void *', 'size_t', 'int']),
    describe: library.func('cudaGetErrorString', 'str', ['int']),
  };
  return loaded;
}

function check(failure: number): void {
  if (failure !== 0) throw new Error(`CUDA failure ${failure}: ${cudaFunctions().describe(failure)}`);
}

/** Fills a place in the device's memory. What streams do is not waited for. */
export function writeWithCuda(place: Handle, data: NodeJS.TypedArray): void {
  const { copy, synchronize } = cudaFunctions();
  check(copy(place, data, data.byteLength, EITHER_WAY));
  // It may return when the numbers have left this process's memory, and a stream that starts then does not wait for them.
  check(synchronize(DEFAULT_STREAM));
}

/** Fills `data` from a place in the device's memory. What streams do is not waited for. */
export function readWithCuda(place: Handle, data: NodeJS.TypedArray): void {
  check(cudaFunctions().copy(data, place, data.byteLength, EITHER_WAY));
}

/** What a device does one after the other, while this process does something else. */
export class CudaStream {
  readonly handle: Handle;

  constructor() {
    const made: [Handle] = [0n];
    check(cudaFunctions().createStream(made, NON_BLOCKING));
    this.handle = made[0];
  }

  /** When all that it was given is done. Throws what CUDA says if something failed. */
  async finished(): Promise<void> {
    check(await cudaFunctions().synchronizeElsewhere(this.handle));
  }

  dispose(): void {
    cudaFunctions().destroyStream(this.handle);
  }
}
