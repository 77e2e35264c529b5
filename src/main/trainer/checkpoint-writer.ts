/**
 * Writes checkpoints while training goes on, one at a time. What failed is thrown at the next call, so that a training
 * whose checkpoints cannot be kept ends soon, and its last finished checkpoint is untouched.
 */
export class CheckpointWriter {
  #writing: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;

  /** Begins a write after the one before has ended. @param write gets what must no longer change */
  async begin(write: () => Promise<void>): Promise<void> {
    await this.end();
    this.#writing = write().catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  /** Throws where a write has failed. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits for the write that is under way. */
  async end(): Promise<void> {
    await this.#writing;
    this.check();
  }
}
