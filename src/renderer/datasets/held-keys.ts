/** The action that a person's keys stand for: that of the key pressed last among those still held. */
export class HeldKeys {
  readonly #actions: Readonly<Record<string, number>>;
  /** Codes in the order in which they were pressed. */
  #codes: string[] = [];

  /** `actions`: KeyboardEvent.code to action index, from the environment. */
  constructor(actions: Readonly<Record<string, number>>) {
    this.#actions = actions;
  }

  get action(): number | null {
    const last = this.#codes.at(-1);
    return last === undefined ? null : this.#actions[last]!;
  }

  /** Whether the key means anything here. */
  press(code: string): boolean {
    if (this.#actions[code] === undefined) return false;
    if (!this.#codes.includes(code)) this.#codes.push(code);
    return true;
  }

  release(code: string): boolean {
    const before = this.#codes.length;
    this.#codes = this.#codes.filter((held) => held !== code);
    return this.#codes.length < before;
  }

  /** When the window loses the keyboard: releases are not told then. */
  releaseAll(): void {
    this.#codes = [];
  }
}
