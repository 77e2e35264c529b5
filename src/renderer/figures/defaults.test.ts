import { expect, test } from 'vitest';
import type { FigureRun } from '../../shared/contract/figures';
import { defaultMetrics, defaultRuns } from './defaults';

const run = (id: string, kind: FigureRun['kind'], family: string): FigureRun => ({
  ...{ id, kind, family, name: id, seed: 0, created: '', environment: undefined },
});
const choices = {
  'learning-curve': [
    run('model-2', 'world-model', 'b'),
    run('agent-3', 'agent', 'a'),
    run('agent-2', 'agent', 'a'),
    run('agent-1', 'agent', 'other'),
    run('model-1', 'world-model', 'a'),
  ],
  'method-comparison': [run('evaluation-2', 'evaluation', 'a'), run('evaluation-1', 'evaluation', 'a')],
  'latent-distance': [],
  filmstrip: [run('agent-2', 'agent', 'a')],
  'experiment-training': [],
  'experiment-returns': [],
};

test('curves begin with the newest agent and those that learned from the same episodes, oldest first', () => {
  expect(defaultRuns('learning-curve', choices)).toEqual(['agent-2', 'agent-3']);
});

test('without agents, with world models', () => {
  const models = choices['learning-curve'].filter(({ kind }) => kind === 'world-model');
  expect(defaultRuns('learning-curve', { ...choices, 'learning-curve': models })).toEqual(['model-2']);
});

test('what shows evaluations or a dream begins with the newest one', () => {
  expect(defaultRuns('method-comparison', choices)).toEqual(['evaluation-2']);
  expect(defaultRuns('filmstrip', choices)).toEqual(['agent-2']);
  expect(defaultRuns('latent-distance', choices)).toEqual([]);
});

test('the most telling metrics come first, at most three; of unknown ones, the first', () => {
  const metrics = (...names: string[]) => names.map((name) => ({ name, runs: 1 }));
  expect(
    defaultMetrics(metrics('gradientNorm', 'reward', 'loss', 'validation/latentDistance', 'validation/loss')),
  ).toEqual([...['validation/latentDistance', 'reward', 'validation/loss']]);
  expect(defaultMetrics(metrics('zeta', 'eta'))).toEqual(['zeta']);
  expect(defaultMetrics([])).toEqual([]);
});
