import type { ComparisonRow } from '../../shared/compare';
import type { MetricDescription } from '../../shared/metrics';
import type { MetricPoint, RunRecord } from '../../shared/runs';

/** A run in the table. */
export interface RunRow extends ComparisonRow {
  readonly run: RunRecord;
  readonly label: string;
}

/** Undefined where no value is better than another. */
export const bestOf = (
  { minimum, maximum }: ComparisonRow,
  better: MetricDescription['better'],
): MetricPoint | undefined => (better === 'higher' ? maximum : better === 'lower' ? minimum : undefined);
