import { expect, test } from 'vitest';
import { formatMean } from './format-mean';

test('a mean has the digits that its error leaves certain', () => {
  const write = (mean: number, standardError: number): string => formatMean({ mean, standardError });
  expect(write(0.150432, 0.06449)).toBe('0.150 ± 0.064');
  expect(write(-7.2691, 0.1459)).toBe('−7.27 ± 0.15');
  expect(write(1134.4, 35.7)).toBe('1134 ± 36');
  expect(write(0.5, 0)).toBe('0.5 ± 0');
  expect(write(1e-9, 2e-10)).toBe('1.00e−9 ± 2.00e−10');
});
