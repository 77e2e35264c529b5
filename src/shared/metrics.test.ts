import { expect, test } from 'vitest';
import { describeMetric } from './metrics';

test('what is measured on held-out episodes says so', () => {
  expect(describeMetric('validation/latentDistance')).toEqual({
    title: 'Latent distance on held-out episodes',
    better: 'lower',
  });
  expect(describeMetric('latentDistance').title).toBe('Latent distance');
});

test.each([
  ['actionAccuracy', 'higher'],
  ['actionError', 'lower'],
  ['lambdaReturn', 'higher'],
  ['policyEntropy', null],
  ['actorLoss', null],
  ['gradientNorm', null],
  ['validation/somethingError', 'lower'],
  ['episodeReturn', 'higher'],
  ['stepMilliseconds', null],
  ['constructor', null],
])('of two values of %s the %s one is better', (name, better) => {
  expect(describeMetric(name).better).toBe(better);
});

test('an unknown name is spelled out', () => {
  expect(describeMetric('stepMilliseconds').title).toBe('Step milliseconds');
  expect(describeMetric('kl/prior').title).toBe('Kl prior');
});
