import type { MetricDescription } from '../../shared/metrics';
import { formatCount, formatNumber, formatPlural } from '../format';
import { meanOf, readCell, type TableEntry } from './entries';
import type { Range } from './view';

/** What the chart shows, in sentences; of runs that differ in their seeds alone their means. */
export function summarize(
  { title, better }: MetricDescription,
  entries: readonly TableEntry[],
  range: Range,
): string {
  const runs = entries.flatMap(({ counted }) => counted);
  const steps = `steps ${formatCount(range.from)} to ${formatCount(range.to)}`;
  const what = `${title} of ${formatPlural(runs.length, 'run')}, ${steps}.`;
  if (runs.length === 0) return what;
  const read = readCell(better, () => undefined);
  const last = entries
    .map(({ label, counted }) => ({ label, value: meanOf(counted, 'last', read)!.mean }))
    .sort((one, other) => other.value - one.value);
  const say = ({ label, value }: { label: string; value: number }): string =>
    `${label} with ${formatNumber(value)}`;
  const ends =
    last.length === 1
      ? `${last[0]!.label} ends at ${formatNumber(last[0]!.value)}.`
      : `Highest at its end: ${say(last[0]!)}; lowest: ${say(last.at(-1)!)}.`;
  if (better === null) return `${what} ${ends}`;
  const point = better === 'higher' ? 'maximum' : 'minimum';
  const sign = better === 'higher' ? -1 : 1;
  const best = [...runs].sort((one, other) => sign * (one[point].value! - other[point].value!))[0]!;
  const { value, step } = best[point];
  return `${what} ${ends} Best of all: ${formatNumber(value)} by ${best.label} at step ${formatCount(step)}.`;
}
