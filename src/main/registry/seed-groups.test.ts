import { expect, test } from 'vitest';
import type { RunRecord } from '../../shared/runs';
import { exampleRun } from '../trainer/test-support';
import { groupBySeed } from './seed-groups';

const run = (id: string, rest: Partial<RunRecord>): RunRecord => ({
  ...exampleRun,
  formatVersion: 1,
  id,
  created: '2026-11-22T13:14:05.000Z',
  versions: { studio: '1', node: '24', onnxruntime: '1', platform: 'p', cpu: 'c' },
  state: { status: 'finished', step: 1, totalSteps: 1, message: '', updated: '2026-11-22T13:14:05.000Z' },
  ...rest,
});

const agent = (id: string, seed: number, horizon: number, worldModel: string): RunRecord =>
  run(id, {
    kind: 'agent',
    seed,
    configuration: { horizon, training: { logInterval: 1, seed } },
    parents: [{ role: 'world-model', runId: worldModel, checkpointStep: 60 }],
  });

const worldModel = (id: string, seed: number, depth: number): RunRecord =>
  run(id, { seed, configuration: { depth, training: { seed } } });

const parents = [worldModel('w1', 1, 8), worldModel('w2', 2, 8), worldModel('w3', 3, 16)];
const group = (...runs: RunRecord[]): string[][] =>
  groupBySeed(runs, (id) => parents.find((parent) => parent.id === id)).map((members) =>
    members.map(({ id }) => id),
  );

test('runs that differ in their seeds alone are one group, also through the seeds of their world models', () => {
  expect(group(agent('a', 1, 15, 'w1'), agent('b', 2, 15, 'w1'), agent('c', 3, 15, 'w2'))).toEqual([
    ['a', 'b', 'c'],
  ]);
});

test('runs that differ in a setting, in the world model or in the data are not', () => {
  const other = { ...agent('e', 1, 15, 'w1'), datasets: [{ role: 'expert', id: 'x', contentHash: 'cd' }] };
  expect(group(agent('a', 1, 15, 'w1'), agent('b', 1, 10, 'w1'), agent('c', 1, 15, 'w3'), other)).toEqual([
    ['a'],
    ['b'],
    ['c'],
    ['e'],
  ]);
});

test('the order of fields, names and dates do not matter; a parent that is gone does', () => {
  const a = run('a', { configuration: { steps: 1, model: { width: 8, depth: 2 } }, name: 'A' });
  const b = run('b', { configuration: { model: { depth: 2, width: 8 }, steps: 1 }, name: 'B' });
  expect(group(a, b)).toEqual([['a', 'b']]);
  expect(group(agent('a', 1, 15, 'gone'), agent('b', 2, 15, 'lost'))).toEqual([['a'], ['b']]);
});
