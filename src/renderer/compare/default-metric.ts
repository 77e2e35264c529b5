import type { SharedMetric } from '../../shared/compare';
import { describeMetric } from '../../shared/metrics';

/**
 * The metric to begin with: measured on held-out data rather than while training, one of which more or less is better,
 * and that more than one run has. Undefined where there is none at all.
 */
export function defaultMetric(metrics: readonly SharedMetric[]): string | undefined {
  const rank = ({ name, runs }: SharedMetric): number => {
    const { better } = describeMetric(name);
    const worth = better === 'higher' ? 3 : better === 'lower' ? 2 : 0;
    return (runs > 1 ? 100 : 0) + (name.startsWith('validation/') ? 10 : 0) + worth;
  };
  const [first, ...rest] = metrics;
  return rest.reduce((best, metric) => (rank(metric) > rank(best!) ? metric : best), first)?.name;
}
