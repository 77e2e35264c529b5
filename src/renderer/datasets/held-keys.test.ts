import { expect, test } from 'vitest';
import { HeldKeys } from './held-keys';

test('the key pressed last counts, and the one before when it is let go', () => {
  const keys = new HeldKeys({ ArrowLeft: 0, ArrowRight: 2 });
  expect(keys.action).toBe(null);
  expect(keys.press('ArrowLeft')).toBe(true);
  expect(keys.press('ArrowRight')).toBe(true);
  // A key that is held repeats.
  keys.press('ArrowLeft');
  expect(keys.action).toBe(2);
  expect(keys.release('ArrowRight')).toBe(true);
  expect(keys.action).toBe(0);
  keys.releaseAll();
  expect(keys.action).toBe(null);
});

test('other keys mean nothing', () => {
  const keys = new HeldKeys({ ArrowLeft: 0 });
  expect(keys.press('KeyA')).toBe(false);
  expect(keys.release('KeyA')).toBe(false);
  expect(keys.action).toBe(null);
});
