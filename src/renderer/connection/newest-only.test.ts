import { expect, test } from 'vitest';
import { newestOnly } from './newest-only';

test('while an answer is awaited, only the newest question counts', async () => {
  const asked: number[] = [];
  const answers: ((value: string) => void)[] = [];
  const ask = newestOnly((question: number) => {
    asked.push(question);
    return new Promise<string>((resolve) => answers.push(resolve));
  });
  const [first, second, third] = [ask(1), ask(2), ask(3)];
  expect(asked).toEqual([1]);
  answers[0]!('one');
  expect(await first).toBe('one');
  await Promise.resolve();
  expect(asked).toEqual([1, 3]);
  const fourth = ask(4);
  answers[1]!('three');
  expect(await Promise.all([second, third])).toEqual(['three', 'three']);
  await Promise.resolve();
  answers[2]!('four');
  expect(await fourth).toBe('four');
  expect(asked).toEqual([1, 3, 4]);
});

test('a question that fails does not keep the next one from being asked', async () => {
  const ask = newestOnly((question: number) =>
    question === 1 ? Promise.reject(new Error('No answer')) : Promise.resolve(question),
  );
  const [first, second] = [ask(1), ask(2)];
  await expect(first).rejects.toThrow('No answer');
  expect(await second).toBe(2);
  expect(await ask(3)).toBe(3);
});
