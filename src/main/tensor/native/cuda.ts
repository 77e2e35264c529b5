import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onnxRuntimePackage } from './onnxruntime-package';

/*
 * The libraries that CUDA takes, all in one folder: ONNX Runtime's own and NVIDIA's.
 */

/** ONNX Runtime with CUDA looks for it beside itself. */
const PROVIDER = 'libonnxruntime_providers_cuda.so';

/** NVIDIA's, each after those that it needs. */
const NVIDIA = [
  'libcudart.so.13',
  'libnvrtc.so.13',
  'libcublasLt.so.13',
  'libcublas.so.13',
  'libcurand.so.10',
  'libcudnn.so.9',
] as const;

/** Where they are to be found: a folder that DITTO_CUDA names, or the home's. Processes that are started know it too. */
export function useCudaOf(folder: string): void {
  process.env['DITTO_CUDA'] ??= folder;
}

/** ONNX Runtime's library in that folder, or undefined where CUDA has not been set up, or for another version. */
export function cudaRuntime(): string | undefined {
  return inFolder(PROVIDER) && inFolder(`libonnxruntime.so.${onnxRuntimePackage().version}`);
}

/** NVIDIA's libraries that are in the folder, in the order in which to load them; the others the system has to have. */
export function cudaLibraries(): string[] {
  return NVIDIA.flatMap((name) => inFolder(name) ?? []);
}

/** One of them: a path if it is in the folder, else the name by which the system is asked for it. */
export function cudaLibrary(name: (typeof NVIDIA)[number]): string {
  return inFolder(name) ?? name;
}

/** The path of a file in the folder, if there is such a file. */
function inFolder(name: string): string | undefined {
  const folder = process.env['DITTO_CUDA'];
  if (folder === undefined) return undefined;
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}
