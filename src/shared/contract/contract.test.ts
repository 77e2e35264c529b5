import { expect, test } from 'vitest';
import { z } from 'zod';
import { StudioError } from '../errors';
import { connect, ConnectionLost } from './connect';
import { call, stream, type Channel, type Handlers } from './procedure';
import { serve } from './serve';

const contract = {
  numbers: {
    double: call(z.strictObject({ value: z.number() })).returns<number>(),
    count: stream(z.strictObject({ to: z.int() })).yields<number>(),
    fail: call(z.strictObject({ expected: z.boolean() })).returns<never>(),
    never: call(z.strictObject({})).returns<number>(),
    frames: call(z.strictObject({})).returns<Uint8Array>(),
  },
};

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

interface Counting {
  stopped: number;
}

/** Two ends of one channel; messages arrive a turn later, as copies. */
function channelPair(): { one: Channel; other: Channel; close: () => void } {
  const ends = [0, 1].map(() => ({
    messages: [] as ((message: unknown) => void)[],
    closes: [] as (() => void)[],
  }));
  const end = (own: number): Channel => ({
    send: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => ends[1 - own]!.messages.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void ends[own]!.messages.push(listener),
    onClose: (listener) => void ends[own]!.closes.push(listener),
  });
  return {
    one: end(0),
    other: end(1),
    close: () => ends.forEach(({ closes }) => closes.forEach((listener) => listener())),
  };
}

function start() {
  const counting: Counting = { stopped: 0 };
  const defects: string[] = [];
  const handlers: Handlers<typeof contract> = {
    numbers: {
      double: ({ value }) => 2 * value,
      count: async function* ({ to }, signal) {
        try {
          for (let number = 1; number <= to && !signal.aborted; number++) {
            yield number;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        } finally {
          counting.stopped++;
        }
      },
      fail: ({ expected }) => {
        throw expected ? new StudioError('The disk is gone: plug it in.') : new TypeError('a defect');
      },
      never: () => new Promise<number>(() => {}),
      frames: () => Uint8Array.of(1, 2, 3),
    },
  };
  const { one, other, close } = channelPair();
  serve(contract, handlers, other, { onDefect: (_, path) => defects.push(path) });
  return { client: connect(contract, one), channel: one, close, counting, defects };
}

test('a call is answered, also with bytes', async () => {
  const { client } = start();
  expect(await client.numbers.double({ value: 21 })).toBe(42);
  expect(await client.numbers.frames({})).toEqual(Uint8Array.of(1, 2, 3));
});

test('a stream yields until it ends', async () => {
  const { client } = start();
  expect(await collect(client.numbers.count({ to: 3 }))).toEqual([1, 2, 3]);
});

test('leaving a stream ends it on the other side', async () => {
  const { client, counting } = start();
  for await (const number of client.numbers.count({ to: 1_000_000 })) if (number === 2) break;
  await expect.poll(() => counting.stopped).toBe(1);

  const controller = new AbortController();
  const seen: number[] = [];
  for await (const number of client.numbers.count({ to: 1_000_000 }, controller.signal)) {
    seen.push(number);
    if (number === 3) controller.abort();
  }
  expect(seen).toEqual([1, 2, 3]);
  await expect.poll(() => counting.stopped).toBe(2);
});

test('errors for people arrive as such, defects are logged', async () => {
  const { client, defects } = start();
  await expect(client.numbers.fail({ expected: true })).rejects.toThrow(StudioError);
  expect(defects).toEqual([]);
  await expect(client.numbers.fail({ expected: false })).rejects.toThrow('a defect');
  expect(defects).toEqual(['numbers.fail']);
});

test('what does not fit the contract is refused', async () => {
  const { client, channel } = start();
  await expect(client.numbers.double({ value: 'x' } as never)).rejects.toThrow(
    /numbers\.double was asked in a wrong way/,
  );
  const answers: unknown[] = [];
  channel.onMessage((message) => answers.push(message));
  for (const path of ['numbers.toString', '__proto__.x', 'numbers.double.more', '']) {
    channel.send({ type: 'ask', id: 1000 + answers.length, path, input: {} });
    const before = answers.length;
    await expect.poll(() => answers.length).toBe(before + 1);
    expect(answers.at(-1)).toMatchObject({ type: 'error', expected: true });
  }
  for (const junk of [null, 'x', { type: 'ask' }, { type: 'ask', id: 'x', path: 'numbers.double' }]) {
    channel.send(junk);
  }
  expect(await client.numbers.double({ value: 1 })).toBe(2);
});

test('what is unanswered when the channel closes fails', async () => {
  const { client, close } = start();
  const pending = client.numbers.never({});
  const streaming = collect(client.numbers.count({ to: 1_000_000 }));
  close();
  await expect(pending).rejects.toThrow(ConnectionLost);
  await expect(streaming).rejects.toThrow(ConnectionLost);
  await expect(client.numbers.double({ value: 1 })).rejects.toThrow(ConnectionLost);
});
