import { formatNumber } from '../format';
import type { Mean } from './entries';

const digitsOfError = 2;
const mostDecimals = 6;

/** e.g. `0.150 ± 0.064`: no more digits than the standard error leaves certain. */
export function formatMean({ mean, standardError }: Mean): string {
  const decimals = digitsOfError - 1 - Math.floor(Math.log10(standardError));
  const isPlain = standardError > 0 && decimals <= mostDecimals && Math.abs(mean) < 1e6;
  if (!isPlain) return `${formatNumber(mean)} ± ${formatNumber(standardError)}`;
  const write = (value: number): string => value.toFixed(Math.max(0, decimals)).replace('-', '−');
  return `${write(mean)} ± ${write(standardError)}`;
}
