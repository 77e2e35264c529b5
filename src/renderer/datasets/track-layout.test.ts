import { expect, test } from 'vitest';
import { actionRuns, columnBars, componentsOf, cumulativeReturns, rewardColumns } from './track-layout';

test('equal actions are one run', () => {
  expect(actionRuns(Int32Array.of(1, 1, 0, 2, 2, 2))).toEqual([
    { action: 1, from: 0, to: 2 },
    { action: 0, from: 2, to: 3 },
    { action: 2, from: 3, to: 6 },
  ]);
  expect(actionRuns(new Int32Array())).toEqual([]);
});

test('no reward is lost in a column, and short episodes fill them all', () => {
  const rewards = new Float32Array(1000);
  rewards[777] = -3;
  rewards[778] = 2;
  const { highest, lowest } = rewardColumns(rewards, 10);
  expect(highest).toEqual([0, 0, 0, 0, 0, 0, 0, 2, 0, 0]);
  expect(lowest).toEqual([0, 0, 0, 0, 0, 0, 0, -3, 0, 0]);
  expect(rewardColumns(Float32Array.of(1, 0), 4).highest).toEqual([1, 1, 0, 0]);
});

test('returns add up', () => {
  expect([...cumulativeReturns(Float32Array.of(1, -2, 4))]).toEqual([0, 1, -1, 3]);
});

test('components of actions are drawn apart, upwards where positive', () => {
  const components = componentsOf(Float32Array.of(0.5, -1, 0, 0.25, 1, 0), 2);
  expect(components).toEqual([Float32Array.of(0.5, 0, 1), Float32Array.of(-1, 0.25, 0)]);
  expect(columnBars(rewardColumns(components[1]!, 3))).toBe('M0 0V1.0000H1V0ZM1 0V-0.2500H2V0Z');
});
