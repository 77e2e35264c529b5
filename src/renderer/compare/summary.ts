import type { MetricDescription } from '../../shared/metrics';
import { formatCount, formatNumber, formatPlural } from '../format';
import { bestOf, type RunRow } from './rows';
import type { Range } from './view';

/** What the chart shows in a sentence or two. */
export function summarize(
  { title, better }: MetricDescription,
  rows: readonly RunRow[],
  range: Range,
): string {
  const steps = `steps ${formatCount(range.from)} to ${formatCount(range.to)}`;
  const what = `${title} of ${formatPlural(rows.length, 'run')}, ${steps}.`;
  if (rows.length === 0) return what;
  const last = [...rows].sort((one, other) => one.last.value! - other.last.value!);
  const [lowest, highest] = [last[0]!, last.at(-1)!];
  const say = (row: RunRow): string => `${row.label} with ${formatNumber(row.last.value)}`;
  const ends =
    rows.length === 1
      ? `It ends at ${formatNumber(lowest.last.value)}.`
      : `Highest at its end: ${say(highest)}; lowest: ${say(lowest)}.`;
  const best = [...rows]
    .flatMap((row) => {
      const point = bestOf(row, better);
      return point ? [{ row, point }] : [];
    })
    .sort((one, other) => (one.point.value! - other.point.value!) * (better === 'higher' ? -1 : 1))[0];
  if (!best) return `${what} ${ends}`;
  return `${what} ${ends} Best of all: ${formatNumber(best.point.value)}, by ${best.row.label} at step ${formatCount(best.point.step)}.`;
}
