/** Frames of an episode, loaded in blocks as a player comes near them, and forgotten when many others were needed. */
export class FrameBlocks {
  readonly length: number;
  readonly #load: (from: number, to: number) => Promise<Uint8Array>;
  readonly #blockFrames: number;
  readonly #frameBytes: number;
  readonly #capacity: number;
  /** In order of use: a Map iterates in insertion order. */
  readonly #blocks = new Map<number, Uint8Array>();
  /** On their way. */
  readonly #pending = new Map<number, Promise<void>>();

  constructor(options: {
    /** Frames of the episode. */
    length: number;
    frameBytes: number;
    /** Gives the frames `[from, to)`. */
    load: (from: number, to: number) => Promise<Uint8Array>;
    blockFrames?: number;
    capacityBytes?: number;
  }) {
    const { length, frameBytes, load, blockFrames = 64, capacityBytes = 64 * 2 ** 20 } = options;
    this.length = length;
    this.#load = load;
    this.#frameBytes = frameBytes;
    this.#blockFrames = blockFrames;
    this.#capacity = Math.max(2, Math.floor(capacityBytes / (frameBytes * blockFrames)));
  }

  /** The frame, if it is here. */
  get(step: number): Uint8Array | undefined {
    const index = Math.floor(step / this.#blockFrames);
    const block = this.#blocks.get(index);
    if (!block) return undefined;
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    const start = (step - index * this.#blockFrames) * this.#frameBytes;
    return block.subarray(start, start + this.#frameBytes);
  }

  /** Sees to it that the frames from a step on are here or on their way; resolves when that one is here. */
  async ensure(step: number): Promise<void> {
    const index = Math.floor(step / this.#blockFrames);
    const ahead = this.#fetch(index + 1);
    // What lies ahead must not fail what is wanted now: it is asked again when it is its turn.
    ahead.catch(() => undefined);
    await this.#fetch(index);
  }

  #fetch(index: number): Promise<void> {
    const from = index * this.#blockFrames;
    if (from >= this.length || this.#blocks.has(index)) return Promise.resolve();
    let pending = this.#pending.get(index);
    if (!pending) {
      pending = this.#load(from, Math.min(this.length, from + this.#blockFrames))
        .then((block) => {
          this.#blocks.set(index, block);
          if (this.#blocks.size > this.#capacity) this.#blocks.delete(this.#blocks.keys().next().value!);
        })
        .finally(() => this.#pending.delete(index));
      this.#pending.set(index, pending);
    }
    return pending;
  }
}
