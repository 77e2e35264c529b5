import { expect, test } from 'vitest';
import { actionRuns, cumulativeReturns, rewardColumns } from './track-layout';

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
