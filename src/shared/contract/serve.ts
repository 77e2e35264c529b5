import { z } from 'zod';
import { describeError, StudioError } from '../errors';
import { requestSchema, type Response } from './messages';
import type { Channel, Contract, Handlers, Procedure } from './procedure';

type AnyHandler = (input: unknown, signal: AbortSignal) => unknown;

export interface ServeOptions {
  /** A defect of the program, as opposed to a StudioError: for the log. */
  readonly onDefect?: (error: unknown, path: string) => void;
}

/** Answers what comes over a channel until it closes. Everything that arrives is checked against the contract first. */
export function serve<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  channel: Channel,
  { onDefect }: ServeOptions = {},
): void {
  const running = new Map<number, AbortController>();
  const reply = (response: Response): void => channel.send(response);

  async function answer(id: number, path: string, input: unknown, signal: AbortSignal): Promise<void> {
    const { procedure, handler } = find(contract, handlers, path);
    const checked = checkInput(procedure, path, input);
    if (procedure.kind === 'call') {
      reply({ type: 'value', id, value: await handler(checked, signal) });
      return;
    }
    for await (const value of handler(checked, signal) as AsyncIterable<unknown>) {
      if (signal.aborted) return;
      reply({ type: 'value', id, value });
    }
    if (!signal.aborted) reply({ type: 'end', id });
  }

  channel.onMessage((message) => {
    const parsed = requestSchema.safeParse(message);
    // Nobody can be told: a message without an id belongs to no question.
    if (!parsed.success) return;
    const request = parsed.data;
    if (request.type === 'cancel') {
      running.get(request.id)?.abort();
      return;
    }
    const { id, path, input } = request;
    if (running.has(id)) return;
    const controller = new AbortController();
    running.set(id, controller);
    answer(id, path, input, controller.signal)
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        const message = describeError(error);
        // describeError has sentences for full disks and missing permissions, too.
        const expected = error instanceof StudioError || message !== (error as Error | undefined)?.message;
        if (!expected) onDefect?.(error, path);
        reply({ type: 'error', id, message, expected });
      })
      .finally(() => running.delete(id));
  });
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
}

function find(
  contract: Contract,
  handlers: Handlers<Contract>,
  path: string,
): { procedure: Procedure; handler: AnyHandler } {
  const [group = '', name = '', ...rest] = path.split('.');
  const known = Object.hasOwn(contract, group) && Object.hasOwn(contract[group]!, name) && rest.length === 0;
  if (!known) throw new StudioError(`The studio has no "${path}": reload the page, it may be an older one.`);
  return { procedure: contract[group]![name]!, handler: handlers[group]![name] as AnyHandler };
}

function checkInput(procedure: Procedure, path: string, input: unknown): unknown {
  const checked = procedure.input.safeParse(input);
  if (checked.success) return checked.data;
  const [problem] = z.prettifyError(checked.error).split('\n');
  throw new StudioError(`${path} was asked in a wrong way: ${problem}`);
}
