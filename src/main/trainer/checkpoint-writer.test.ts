import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CheckpointWriter } from './checkpoint-writer';

test('a write goes on beside its caller, and the next one waits for it', async () => {
  const writer = new CheckpointWriter();
  const order: string[] = [];
  const write = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    await setTimeout(20);
    order.push(`${name} ends`);
  };
  await writer.begin(write('first'));
  order.push('training goes on');
  await writer.begin(write('second'));
  await writer.end();
  expect(order).toEqual(['first begins', 'training goes on', 'first ends', 'second begins', 'second ends']);
});

test('a failed write is thrown to whoever comes next, and no other is begun', async () => {
  const writer = new CheckpointWriter();
  await writer.begin(() => Promise.reject(new Error('the disk is full')));
  await setTimeout(1);
  expect(() => writer.check()).toThrow('the disk is full');
  let begun = false;
  const begin = writer.begin(() => {
    begun = true;
    return Promise.resolve();
  });
  await expect(begin).rejects.toThrow('the disk is full');
  await expect(writer.end()).rejects.toThrow('the disk is full');
  expect(begun).toBe(false);
});
