import { expect, test } from 'vitest';
import { FrameBlocks } from './frame-blocks';

/** Frames of two bytes that say their step; counts what is asked. */
function frames(length: number, options: { capacityBytes?: number; fail?: boolean } = {}) {
  const asked: [number, number][] = [];
  const blocks = new FrameBlocks({
    ...{ length, frameBytes: 2, blockFrames: 4, ...options },
    load: (from, to) => {
      asked.push([from, to]);
      if (options.fail) return Promise.reject(new Error('lost'));
      return Promise.resolve(Uint8Array.from({ length: (to - from) * 2 }, (_, index) => from + (index >> 1)));
    },
  });
  return { blocks, asked };
}

test('gives every frame, and loads the block ahead', async () => {
  const { blocks, asked } = frames(10);
  expect(blocks.get(0)).toBe(undefined);
  for (let step = 0; step < 10; step++) {
    await Promise.all([blocks.ensure(step), blocks.ensure(step)]);
    expect([...blocks.get(step)!]).toEqual([step, step]);
  }
  expect(asked.sort(([one], [other]) => one - other)).toEqual([
    [0, 4],
    [4, 8],
    [8, 10],
  ]);
});

test('forgets what was not used for longest', async () => {
  const { blocks, asked } = frames(40, { capacityBytes: 16 });
  for (const step of [0, 8, 16, 24, 0]) await blocks.ensure(step);
  expect(blocks.get(1)![0]).toBe(1);
  expect(asked.filter(([from]) => from === 0)).toHaveLength(2);
});

test('a failure is told, and tried again', async () => {
  const { blocks, asked } = frames(4, { fail: true });
  await expect(blocks.ensure(0)).rejects.toThrow('lost');
  await expect(blocks.ensure(0)).rejects.toThrow('lost');
  expect(asked).toHaveLength(2);
});
