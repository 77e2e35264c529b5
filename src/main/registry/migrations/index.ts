import type { Migration } from './migrate';
import { runs } from './01-runs';
import { datasets } from './02-datasets';
import { metricSeries } from './03-metric-series';

/** In the order in which they apply; one that was ever released is never changed again. */
export const migrations: readonly Migration[] = [runs, datasets, metricSeries];
