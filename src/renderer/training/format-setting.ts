import { formatCount } from '../format';
import { titleOf } from '../runs/charts';

/** A setting's value for a sentence: `1,000,000`, `0.1`, `3e−4`, `stream`, `yes`. */
export function formatSetting(value: number | string | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return formatCount(value);
  return (Math.abs(value) < 1e-3 ? value.toExponential() : String(value)).replace('-', '−');
}

/** `klWeight` as `KL weight` */
export const settingLabel = (name: string): string => titleOf(name).replace(/^Kl\b/, 'KL');
