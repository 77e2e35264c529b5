import type { ComparisonRow } from '../../shared/compare';
import type { MetricDescription } from '../../shared/metrics';
import type { MetricPoint, RunRecord } from '../../shared/runs';
import { kindLabels } from '../runs/status';
import type { SortKey } from './view';

/** A run in the table. */
export interface RunRow extends ComparisonRow {
  readonly run: RunRecord;
  readonly label: string;
}

type Better = MetricDescription['better'];

/** Undefined where no value is better than another. */
export const bestOf = ({ minimum, maximum }: ComparisonRow, better: Better): MetricPoint | undefined =>
  better === 'higher' ? maximum : better === 'lower' ? minimum : undefined;

/** Whether every word stands somewhere in what the run is called, of which kind it is and with which settings it began. */
export function matches(run: RunRecord, filter: string): boolean {
  const method = run.configuration['method'];
  const text = [
    run.name,
    run.id,
    kindLabels[run.kind],
    run.preset,
    run.state.status,
    `seed ${run.seed}`,
    method,
  ];
  const searched = text.join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

/** By the last value, the better ones first, unless something else is asked for; without a value at the end. */
export function sortRows<Row extends RunRow>(
  rows: readonly Row[],
  order: { sort: SortKey | undefined; descending: boolean; better: Better },
  atStep: (runId: string) => number | undefined,
): Row[] {
  const { sort = 'last', better } = order;
  const descending = order.sort === undefined ? better === 'higher' : order.descending;
  const value = (row: Row): number | string | undefined => {
    if (sort === 'name') return row.label;
    if (sort === 'seed') return row.run.seed;
    if (sort === 'atStep') return atStep(row.runId);
    return (sort === 'best' ? bestOf(row, better) : row[sort])?.value ?? undefined;
  };
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((one, other) => {
      if (one.value === undefined || other.value === undefined) {
        return Number(one.value === undefined) - Number(other.value === undefined);
      }
      if (typeof one.value === 'string') {
        return direction * one.value.localeCompare(String(other.value), 'en', { numeric: true });
      }
      return direction * (one.value - Number(other.value));
    })
    .map(({ row }) => row);
}
