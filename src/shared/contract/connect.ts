import { StudioError } from '../errors';
import type { Response } from './messages';
import type { Channel, Client, Contract } from './procedure';

/** The other side is gone; whatever was asked may or may not have been done. */
export class ConnectionLost extends StudioError {
  constructor() {
    super('The connection to the studio was lost: it is being restored, then try again.');
  }
}

interface Waiting {
  value(value: unknown): void;
  end(): void;
  fail(error: Error): void;
}

/** A client of the contract over a channel; what is still unanswered when the channel closes fails with ConnectionLost. */
export function connect<C extends Contract>(contract: C, channel: Channel): Client<C> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = false;

  channel.onMessage((message) => {
    const response = message as Response;
    const asked = waiting.get(response.id);
    if (response.type === 'value') asked?.value(response.value);
    else if (response.type === 'end') asked?.end();
    else if (response.type === 'error') asked?.fail(toError(response));
  });
  channel.onClose(() => {
    closed = true;
    for (const asked of [...waiting.values()]) asked.fail(new ConnectionLost());
  });

  function ask(path: string, input: unknown, answers: Waiting): number {
    if (closed) throw new ConnectionLost();
    const id = nextId++;
    waiting.set(id, answers);
    channel.send({ type: 'ask', id, path, input });
    return id;
  }

  async function askCall(path: string, input: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ask(path, input, { value: resolve, end: () => resolve(undefined), fail: reject });
    try {
      return await promise;
    } finally {
      waiting.delete(id);
    }
  }

  async function* askStream(path: string, input: unknown, signal?: AbortSignal): AsyncIterable<unknown> {
    const values: unknown[] = [];
    let outcome = 'open' as 'open' | 'ended' | Error;
    let wake = (): void => {};
    const settle = (as: 'ended' | Error): void => {
      outcome = as;
      wake();
    };
    const id = ask(path, input, {
      value: (value) => {
        values.push(value);
        wake();
      },
      end: () => settle('ended'),
      fail: settle,
    });
    const onAbort = (): void => wake();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal?.aborted) {
        if (values.length > 0) yield values.shift();
        else if (outcome === 'ended') return;
        else if (outcome !== 'open') throw outcome;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      waiting.delete(id);
      if (outcome === 'open' && !closed) channel.send({ type: 'cancel', id });
    }
  }

  return Object.fromEntries(
    Object.entries(contract).map(([group, procedures]) => [
      group,
      Object.fromEntries(
        Object.entries(procedures).map(([name, { kind }]) => {
          const path = `${group}.${name}`;
          return [
            name,
            kind === 'call'
              ? (input: unknown) => askCall(path, input)
              : (input: unknown, signal?: AbortSignal) => askStream(path, input, signal),
          ];
        }),
      ),
    ]),
  ) as Client<C>;
}

function toError({ message, expected }: Extract<Response, { type: 'error' }>): Error {
  return expected ? new StudioError(message) : new Error(message);
}
