import type { EvaluationResult } from '../../shared/evaluation';
import { formatTable } from './text';

/** Returns with standard errors, beside what was measured on held-out expert episodes. */
export function formatResults(
  results: readonly (EvaluationResult & { title?: string })[],
  expertMean: number | undefined,
): string {
  const isContinuous = results.some(({ actionError }) => actionError !== undefined);
  const heading = [
    '',
    'mean return',
    'of the expert',
    'interquartile mean',
    'latent distance',
    isContinuous ? 'action error' : 'action accuracy',
  ];
  const rows = results.map(
    ({ title, name, mean, standardError, latentDistance, actionAccuracy, actionError, ...rest }) => [
      title ?? name,
      `${mean.toFixed(1)} ± ${standardError.toFixed(1)}`,
      expertMean ? `${((100 * mean) / expertMean).toFixed(1)} %` : '',
      formatInterval(rest.interquartileMean),
      latentDistance?.toFixed(4) ?? '',
      actionError?.toFixed(4) ??
        (actionAccuracy === undefined ? '' : `${(100 * actionAccuracy).toFixed(1)} %`),
    ],
  );
  return formatTable([heading, ...rows], [1, 2, 3, 4, 5]);
}

const formatInterval = (interval: EvaluationResult['interquartileMean']): string =>
  interval
    ? `${interval.estimate.toFixed(1)} (${interval.lower.toFixed(1)} to ${interval.upper.toFixed(1)})`
    : '';
