interface Entry<Value> {
  readonly made: Promise<Value>;
  bytes: number;
  /** Works that have it or wait for it. */
  users: number;
  /** When the last of them is done. */
  turn: Promise<unknown>;
}

interface Options<Value> {
  /** What may be kept at a time. */
  capacityBytes: number;
  sizeOf(value: Value): number;
  dispose?(value: Value): Promise<void>;
}

/** Values that are costly to make, by key, within a bound of memory: what was not used for longest goes first. */
export class RecentlyUsed<Value> {
  readonly #options: Options<Value>;
  /** In order of use: a Map iterates in insertion order. */
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(options: Options<Value>) {
    this.#options = options;
  }

  get keys(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Works with the value of a key, made if it is not there. Works with one value take turns, and it is not dropped
   * meanwhile. Rejects as `make` or `work` do; what could not be made is made anew next time.
   */
  async use<Result>(
    key: string,
    make: () => Promise<Value>,
    work: (value: Value) => Promise<Result> | Result,
  ): Promise<Result> {
    const entry = this.#entries.get(key) ?? { made: make(), bytes: 0, users: 0, turn: Promise.resolve() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    const result = entry.turn.then(async () => work(await entry.made));
    entry.turn = result.catch(() => undefined);
    try {
      entry.bytes = this.#options.sizeOf(await entry.made);
    } catch {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    }
    try {
      return await result;
    } finally {
      entry.users--;
      await this.#makeRoom();
    }
  }

  async #makeRoom(): Promise<void> {
    let bytes = [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    // The newest stays even if it is too large alone: it would be made anew for every step.
    for (const [key, entry] of [...this.#entries].slice(0, -1)) {
      if (bytes <= this.#options.capacityBytes) return;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      bytes -= entry.bytes;
      await this.#options.dispose?.(await entry.made);
    }
  }
}
