import { expect, test } from 'vitest';
import { interpolateStepTime, mostAlike, type MeasuredStep } from './step-time';

const step = (operations: number, milliseconds: number): MeasuredStep => ({
  ...{ operations, milliseconds, source: String(operations) },
});
const measured = [step(1e9, 100), step(1e7, 10)];

test('a step that was measured takes what was measured', () => {
  expect(interpolateStepTime(measured, 1e9)).toBe(100);
  expect(interpolateStepTime(measured, 1e7)).toBe(10);
});

test('between two steps time grows slower than operations, as it did between them', () => {
  expect(interpolateStepTime(measured, 1e8)).toBeCloseTo(Math.sqrt(10 * 100), 9);
});

test('beyond what was measured time goes on growing as it did, within reason', () => {
  const far = [step(1e9, 100), step(1e7, 1.5)];
  const exponent = Math.log10(100 / 1.5) / 2;
  expect(interpolateStepTime(far, 1e10)).toBeCloseTo(100 * 10 ** exponent, 6);
  expect(interpolateStepTime(far, 1e6)).toBeCloseTo(1.5 * 0.1 ** exponent, 6);
  // Time that hardly grew, from 10 to 100 ms, must do so beyond.
  expect(interpolateStepTime(measured, 1e10)).toBeCloseTo(100 * 10 ** 0.8, 6);
});

test('steps of like sizes do not tell how time grows: it grows with the operations', () => {
  expect(interpolateStepTime([step(1e9, 100)], 1e8)).toBeCloseTo(10, 9);
  expect(interpolateStepTime([step(1e9, 100), step(0.9e9, 40)], 1e10)).toBeCloseTo(1000, 9);
});

test('of several runs of one size the middle one counts', () => {
  const runs = [step(1e9, 100), step(1e9, 900), step(1e9, 120)];
  expect(interpolateStepTime(runs, 1e9)).toBe(120);
  expect(interpolateStepTime([...runs, step(1e7, 10)], 1e9)).toBe(120);
});

test('the most alike is so by ratio', () => {
  expect(mostAlike(measured, 0.9e8).operations).toBe(1e7);
  expect(mostAlike(measured, 1.1e8).operations).toBe(1e9);
});
