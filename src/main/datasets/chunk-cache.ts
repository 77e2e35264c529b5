/**
 * Keeps the most recently used decoded chunks, at most `capacity` of them. Promises are kept rather than chunks, so
 * that a chunk which two readers want at once is decoded once.
 */
export class ChunkCache {
  readonly #load: (index: number) => Promise<Uint8Array>;
  readonly #capacity: number;
  /** In order of use: a Map iterates in insertion order. */
  readonly #chunks = new Map<number, Promise<Uint8Array>>();

  constructor(load: (index: number) => Promise<Uint8Array>, capacity: number) {
    this.#load = load;
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return this.#chunks.size;
  }

  get(index: number): Promise<Uint8Array> {
    let chunk = this.#chunks.get(index);
    if (chunk) {
      this.#chunks.delete(index);
    } else {
      chunk = this.#load(index);
      // A failure must not stick: the file may be restored while the application runs.
      chunk.catch(() => this.#chunks.delete(index));
    }
    this.#chunks.set(index, chunk);
    if (this.#chunks.size > this.#capacity) this.#chunks.delete(this.#chunks.keys().next().value!);
    return chunk;
  }
}
