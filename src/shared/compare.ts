import { z } from 'zod';
import { runIdSchema, type MetricPoint } from './runs';

export const maximumComparedRuns = 500;
/** Of a curve that pages offer. */
export const largestSmoothing = 0.99;
export const metricNameSchema = z.string().min(1).max(200);

/** Of all curves that are drawn together, and of one. */
const pointsOfAllCurves = 40_000;
const mostPointsOfACurve = 2000;

/** Points of each of so many curves that are enough to draw them together. */
export const pointsToDraw = (curves: number): number =>
  Math.round(Math.min(mostPointsOfACurve, pointsOfAllCurves / Math.max(1, curves)));

/** A question to the registry: one metric of many runs, as it is to be drawn. */
export const comparisonRequestSchema = z.strictObject({
  runIds: z.array(runIdSchema).max(maximumComparedRuns),
  metric: metricNameSchema,
  /** Steps to draw; all of them where it is left out. */
  range: z.strictObject({ from: z.number().nonnegative(), to: z.number().nonnegative() }).exactOptional(),
  /** Of one curve. */
  maximumPoints: z.int().min(4).max(5000),
  /** From 0 (as measured) to below 1. */
  smoothing: z.number().min(0).max(0.999).default(0),
  /** Whether runs that differ in their seeds alone become one curve with a band. */
  groupSeeds: z.boolean().default(false),
});
export type ComparisonRequest = z.output<typeof comparisonRequestSchema>;

/** In order of steps; a value that was no number is NaN, a gap. */
export interface Curve {
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

export interface ComparedRun {
  readonly runId: string;
  /** As measured; of stretches with more points than can be drawn, the lowest and the highest. */
  readonly curve: Curve;
  /** Only where smoothing was asked for. */
  readonly smoothed: Curve | null;
}

/** Runs that differ in their seeds alone, on common steps; each run counts from its first step to its last. */
export interface SeedGroup {
  readonly runIds: readonly string[];
  /** Mean of the curves as measured; only where smoothing was asked for, which the rest then has. */
  readonly measured: Curve | null;
  readonly steps: Float64Array;
  /** Over the runs that there are at a step, as all below. */
  readonly mean: Float64Array;
  /** Sample deviation over the root of the number of runs; 0 where there is one. */
  readonly standardError: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
}

export interface Comparison {
  readonly metric: string;
  /** First and last step of all the runs; null where none has the metric. */
  readonly range: { readonly from: number; readonly to: number } | null;
  /** Those that have the metric, in the order in which they were asked for, but for those in groups. */
  readonly runs: readonly ComparedRun[];
  /** Of two runs and more each, in the order of their first ones. */
  readonly groups: readonly SeedGroup[];
}

/** A metric that some of the runs have. */
export interface SharedMetric {
  readonly name: string;
  /** How many of the runs have it. */
  readonly runs: number;
}

/** A run's row in the table beside the chart. */
export interface ComparisonRow {
  readonly runId: string;
  readonly count: number;
  readonly last: MetricPoint;
  readonly minimum: MetricPoint;
  readonly maximum: MetricPoint;
}

/** The newest value of a run at a step or before it. */
export interface StepValue extends MetricPoint {
  readonly runId: string;
}
