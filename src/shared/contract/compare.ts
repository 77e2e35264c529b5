import { z } from 'zod';
import {
  comparisonRequestSchema,
  maximumComparedRuns,
  metricNameSchema,
  type Comparison,
  type ComparisonRow,
  type SharedMetric,
  type StepValue,
} from '../compare';
import { runIdSchema } from '../runs';
import { call } from './procedure';

const runIds = z.array(runIdSchema).max(maximumComparedRuns);
const step = z.number().nonnegative();

export const compareContract = {
  /** The metrics that the runs have; those that most of them have come first. */
  metrics: call(z.strictObject({ runIds })).returns<SharedMetric[]>(),
  /** Ids of runs that would be the same but for their seeds, together, in the order of their first ones. */
  groups: call(z.strictObject({ runIds })).returns<string[][]>(),
  /** One metric of many runs, no finer than it is drawn. */
  curves: call(comparisonRequestSchema).returns<Comparison>(),
  /** Rows for the runs that have the metric. */
  table: call(z.strictObject({ runIds, metric: metricNameSchema })).returns<ComparisonRow[]>(),
  /** What each run had measured at a step; none of runs that begin after it. */
  atStep: call(z.strictObject({ runIds, metric: metricNameSchema, step })).returns<StepValue[]>(),
};
