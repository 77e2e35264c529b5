import { expect, test } from 'vitest';
import { chartsOf } from './charts';

test('training and held-out values of a measure share a chart', () => {
  expect(chartsOf(['loss', 'validation/latentDistance', 'validation/loss'])).toEqual([
    {
      title: 'Loss',
      names: [
        { name: 'loss', label: 'Training' },
        { name: 'validation/loss', label: 'Held out' },
      ],
    },
    { title: 'Latent distance', names: [{ name: 'validation/latentDistance', label: 'Held out' }] },
  ]);
});
