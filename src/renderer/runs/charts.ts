import { describeMetric } from '../../shared/metrics';

export interface MetricChart {
  readonly title: string;
  readonly names: readonly { readonly name: string; readonly label: string }[];
}

const heldOut = 'validation/';

/** One chart a measure: what was measured while training and on held-out data share it. */
export function chartsOf(metrics: readonly string[]): MetricChart[] {
  const measures = [...new Set(metrics.map((name) => name.replace(heldOut, '')))];
  return measures.map((measure) => ({
    title: describeMetric(measure).title,
    names: [
      { name: measure, label: 'Training' },
      { name: heldOut + measure, label: 'Held out' },
    ].filter(({ name }) => metrics.includes(name)),
  }));
}

/** The name of a setting as words: `expertEpisodes` is `Expert episodes`. */
export function titleOf(measure: string): string {
  const words = measure
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('/', ': ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
