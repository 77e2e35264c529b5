import { expect, test } from 'vitest';
import { ChunkCache } from './chunk-cache';

function countingCache(capacity: number): { cache: ChunkCache; loads: number[] } {
  const loads: number[] = [];
  const cache = new ChunkCache((index) => {
    loads.push(index);
    return index < 0 ? Promise.reject(new Error('damaged')) : Promise.resolve(Uint8Array.of(index));
  }, capacity);
  return { cache, loads };
}

test('keeps the most recently used chunks and no more', async () => {
  const { cache, loads } = countingCache(2);
  for (const index of [1, 2, 1, 3, 1, 2]) expect(await cache.get(index)).toEqual(Uint8Array.of(index));
  expect(loads).toEqual([1, 2, 3, 2]);
  expect(cache.size).toBe(2);
});

test('decodes once what two readers want at the same time', async () => {
  const { cache, loads } = countingCache(2);
  await Promise.all([cache.get(1), cache.get(1)]);
  expect(loads).toEqual([1]);
});

test('tries again after a failure', async () => {
  const { cache, loads } = countingCache(2);
  await expect(cache.get(-1)).rejects.toThrow('damaged');
  await expect(cache.get(-1)).rejects.toThrow('damaged');
  expect(loads).toEqual([-1, -1]);
});
