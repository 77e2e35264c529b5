import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { QueueItem, QueueState } from '../../shared/contract/queue';
import { temporaryFolder } from '../trainer/test-support';
import { JobQueue, type Work } from './queue';

const item = (id: string): QueueItem => ({ type: 'run', id });

/** A queue whose work ends when the test says so. */
function startQueue(home = temporaryFolder()) {
  const started: string[] = [];
  const problems: string[] = [];
  const states: QueueState[] = [];
  const ends = new Map<string, () => void>();
  const queue = new JobQueue({
    home,
    start: ({ id }) => {
      if (id === 'broken') throw new Error('no such run');
      started.push(id);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(id, resolve);
      const work: Work = { done: promise, pause: resolve, stop: resolve };
      return Promise.resolve(work);
    },
    onChange: (state) => void states.push(state),
    onProblem: (text) => void problems.push(text),
  });
  const end = async (id: string): Promise<void> => {
    await expect.poll(() => ends.has(id)).toBe(true);
    ends.get(id)!();
  };
  const ids = () => queue.state.waiting.map((waiting) => waiting.id);
  return { home, queue, started, problems, states, end, ids };
}

test('one after another, in order', async () => {
  const { queue, started, end, ids } = startQueue();
  for (const id of ['a', 'b', 'c']) queue.add(item(id));
  expect(queue.state.current?.id).toBe('a');
  expect(ids()).toEqual(['b', 'c']);
  expect(() => queue.add(item('b'))).toThrow(/already/);
  await end('a');
  await expect.poll(() => started).toEqual(['a', 'b']);
  await end('b');
  await end('c');
  await expect.poll(() => queue.state.current).toBe(null);
  expect(started).toEqual(['a', 'b', 'c']);
});

test('reorders, removes, holds and releases', async () => {
  const { queue, started, end, ids } = startQueue();
  for (const id of ['a', 'b', 'c', 'd']) queue.add(item(id));
  queue.move('d', 0);
  expect(ids()).toEqual(['d', 'b', 'c']);
  queue.remove('b');
  expect(() => queue.remove('b')).toThrow(/does not wait/);
  queue.hold('A person wants it.');
  await end('a');
  await expect.poll(() => queue.state.current).toBe(null);
  expect(started).toEqual(['a']);
  queue.release();
  await expect.poll(() => started).toEqual(['a', 'd']);
});

test('what cannot be started is reported, and the next one starts', async () => {
  const { queue, started, problems } = startQueue();
  queue.add(item('broken'));
  queue.add(item('b'));
  await expect.poll(() => started).toEqual(['b']);
  expect(problems).toEqual(['broken could not be started. no such run']);
});

test('after the end of the process, what ran waits first, and a person decides', async () => {
  const first = startQueue();
  for (const id of ['a', 'b']) first.queue.add(item(id));
  await first.queue.close();
  const second = startQueue(first.home);
  second.queue.next();
  expect(second.ids()).toEqual(['a', 'b']);
  expect(second.queue.state.held?.reason).toMatch(/was closed, or died/);
  expect(second.started).toEqual([]);
  second.queue.release();
  await expect.poll(() => second.started).toEqual(['a']);
});

test('a damaged file is reported and loses no more than the order', () => {
  const { home, queue } = startQueue();
  queue.hold('x');
  expect(JSON.parse(readFileSync(join(home, 'queue.json'), 'utf8'))).toMatchObject({ waiting: [] });
  writeFileSync(join(home, 'queue.json'), '{');
  const { problems, ids } = startQueue(home);
  expect(problems[0]).toMatch(/The queue is lost/);
  expect(ids()).toEqual([]);
});
