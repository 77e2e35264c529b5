import { expect, test } from 'vitest';
import { RecentlyUsed } from './recently-used';

function cache(capacityBytes: number) {
  const events: string[] = [];
  const kept = new RecentlyUsed<string>({
    capacityBytes,
    sizeOf: (value) => value.length,
    dispose: async (value) => void events.push(`drop ${value}`),
  });
  const use = (key: string, work: (value: string) => Promise<void> | void = () => {}) =>
    kept.use(
      key,
      async () => {
        events.push(`make ${key}`);
        return key;
      },
      work,
    );
  return { kept, use, events };
}

test('what was not used for longest goes when the room is used up', async () => {
  const { kept, use, events } = cache(6);
  for (const key of ['aa', 'bb', 'aa', 'ccc']) await use(key);
  expect(events).toEqual(['make aa', 'make bb', 'make ccc', 'drop bb']);
  expect(kept.keys).toEqual(['aa', 'ccc']);
});

test('what is too large alone stays until something else is used', async () => {
  const { kept, use, events } = cache(2);
  await use('large');
  await use('large');
  expect(events).toEqual(['make large']);
  await use('b');
  expect(kept.keys).toEqual(['b']);
});

test('works with one value take turns, and nothing is dropped under their hands', async () => {
  const { use, events } = cache(1);
  const first = Promise.withResolvers<void>();
  const slow = use('aa', async () => {
    events.push('begin');
    await first.promise;
    events.push('end');
  });
  const second = use('aa', () => void events.push('second'));
  await use('b');
  expect(events).not.toContain('drop aa');
  first.resolve();
  await Promise.all([slow, second]);
  expect(events.filter((event) => !event.startsWith('make'))).toEqual(['begin', 'end', 'second', 'drop aa']);
});

test('failures are passed on, and what could not be made is made anew', async () => {
  const { kept, use } = cache(9);
  const broken = kept.use(
    'a',
    () => Promise.reject(new Error('no such run')),
    () => {},
  );
  await expect(broken).rejects.toThrow('no such run');
  await use('a');
  await expect(use('a', () => Promise.reject(new Error('at work')))).rejects.toThrow('at work');
  await use('a');
  expect(kept.keys).toEqual(['a']);
});
