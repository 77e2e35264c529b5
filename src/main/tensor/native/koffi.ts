import koffi from 'koffi';

/** Of calls on other threads: of koffi's own 256 KiB ONNX Runtime's kernels and ours would take too much. */
const STACK_BYTES = 8 * 2 ** 20;

// Before any library is loaded, or it would be refused.
koffi.config({ async_stack_size: STACK_BYTES });

const loaded = new Map<string, ReturnType<typeof koffi.load>>();

/** A library, which stays loaded: koffi would unload it as soon as nobody holds what it returned. */
export function loadLibrary(path: string): ReturnType<typeof koffi.load> {
  const library = loaded.get(path) ?? koffi.load(path);
  loaded.set(path, library);
  return library;
}

export { koffi };
