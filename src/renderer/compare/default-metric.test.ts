import { expect, test } from 'vitest';
import { defaultMetric } from './default-metric';

test('begins with what says most of several runs', () => {
  const shared = (counts: Record<string, number>) =>
    defaultMetric(Object.entries(counts).map(([name, runs]) => ({ name, runs })));
  const demo = {
    loss: 3,
    gradientNorm: 3,
    'validation/negativeLogLikelihood': 2,
    'validation/actionAccuracy': 2,
  };
  expect(shared({ ...demo, 'validation/latentDistance': 1, reward: 1 })).toBe('validation/actionAccuracy');
  expect(shared({ gradientNorm: 1, loss: 1, 'validation/loss': 1, priorEntropy: 1 })).toBe('validation/loss');
  expect(shared({ priorEntropy: 5 })).toBe('priorEntropy');
  expect(shared({})).toBeUndefined();
});
