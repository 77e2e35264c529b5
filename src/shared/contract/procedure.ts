import type { z } from 'zod';

/**
 * What one process may ask of another. The contract of two processes is a record of groups of these: the side that
 * answers implements `Handlers` of it (a missing handler does not compile), the side that asks gets a `Client` of it.
 */
export interface Procedure<Input extends z.ZodType = z.ZodType, Output = unknown, Kind = 'call' | 'stream'> {
  readonly kind: Kind;
  /** Checked by the side that answers: what comes over a channel is untrusted. */
  readonly input: Input;
  /** Only for the compiler; no value has it. */
  readonly output?: Output;
}

export type Contract = Readonly<Record<string, Readonly<Record<string, Procedure>>>>;

/** One question, one answer. */
export const call = <Input extends z.ZodType>(input: Input) => ({
  returns: <Output>(): Procedure<Input, Output, 'call'> => ({ kind: 'call', input }),
});

/** One question, answers until either side ends it. */
export const stream = <Input extends z.ZodType>(input: Input) => ({
  yields: <Output>(): Procedure<Input, Output, 'stream'> => ({ kind: 'stream', input }),
});

type Handler<P> =
  P extends Procedure<infer Input, infer Output, infer Kind>
    ? Kind extends 'call'
      ? (input: z.output<Input>) => Output | Promise<Output>
      : (input: z.output<Input>, signal: AbortSignal) => AsyncIterable<Output>
    : never;

export type Handlers<C extends Contract> = {
  readonly [Group in keyof C]: { readonly [Name in keyof C[Group]]: Handler<C[Group][Name]> };
};

type Ask<P> =
  P extends Procedure<infer Input, infer Output, infer Kind>
    ? Kind extends 'call'
      ? (input: z.input<Input>) => Promise<Output>
      : (input: z.input<Input>, signal?: AbortSignal) => AsyncIterable<Output>
    : never;

export type Client<C extends Contract> = {
  readonly [Group in keyof C]: { readonly [Name in keyof C[Group]]: Ask<C[Group][Name]> };
};

/** Two-way and in order; messages are plain data and typed arrays (structured clone, or msgpack over a WebSocket). */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The other side is gone; called once. */
  onClose(listener: () => void): void;
}
