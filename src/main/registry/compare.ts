import type {
  ComparedRun,
  Comparison,
  ComparisonRequest,
  ComparisonRow,
  Curve,
  SeedGroup,
} from '../../shared/compare';
import type { MetricPoint, RunRecord } from '../../shared/runs';
import type { Bucket } from './buckets';
import type { MetricCurves, MetricSeries, StepRange } from './metric-curves';
import { seedBand } from './seed-band';
import { groupBySeed } from './seed-groups';
import { smooth, smoothingUnit } from './smooth';

type FindRun = (runId: string) => RunRecord | undefined;

interface Found {
  runId: string;
  series: MetricSeries;
}

/** One metric of many runs, no finer than it is drawn: curves, or the bands of runs that differ in their seeds. */
export function compareRuns(curves: MetricCurves, findRun: FindRun, request: ComparisonRequest): Comparison {
  const { metric, groupSeeds } = request;
  const found = findSeries(curves, request.runIds, metric);
  const range = wholeRange(found);
  if (range === null) return { metric, range, runs: [], groups: [] };
  const shown = request.range ?? range;
  const grouped = groupSeeds ? seedGroups(found, findRun) : [];
  const alone = found.filter((run) => !grouped.some((members) => members.includes(run)));
  return {
    metric,
    range,
    runs: alone.map((run) => comparedRun(curves, run, shown, request)),
    groups: grouped.map((members) => comparedGroup(curves, members, shown, request)),
  };
}

/** Of two runs and more each. */
function seedGroups(found: readonly Found[], findRun: FindRun): Found[][] {
  const records = found.map(({ runId }) => findRun(runId)).filter((run) => run !== undefined);
  const byId = new Map(found.map((run) => [run.runId, run]));
  return groupBySeed(records, findRun)
    .filter((members) => members.length > 1)
    .map((members) => members.map(({ id }) => byId.get(id)!));
}

/** Rows for the runs that have the metric. */
export function compareInTable(
  curves: MetricCurves,
  runIds: readonly string[],
  metric: string,
): ComparisonRow[] {
  return findSeries(curves, runIds, metric).flatMap(({ runId, series }) => {
    const summary = curves.summary(series);
    return summary ? [{ runId, ...summary }] : [];
  });
}

function findSeries(curves: MetricCurves, runIds: readonly string[], metric: string): Found[] {
  return runIds.flatMap((runId) => {
    const series = curves.find(runId, metric);
    return series ? [{ runId, series }] : [];
  });
}

function wholeRange(found: readonly Found[]): StepRange | null {
  if (found.length === 0) return null;
  return {
    from: Math.min(...found.map(({ series }) => series.firstStep)),
    to: Math.max(...found.map(({ series }) => series.lastStep)),
  };
}

function comparedRun(
  curves: MetricCurves,
  { runId, series }: Found,
  range: StepRange,
  request: ComparisonRequest,
): ComparedRun {
  const curve = curves.points(series, range, request.maximumPoints);
  const smoothed = request.smoothing > 0 ? averaged(curves, series, range, request) : null;
  return { runId, curve: toCurve(curve), smoothed: smoothed && toCurve(smoothed) };
}

function comparedGroup(
  curves: MetricCurves,
  members: readonly Found[],
  range: StepRange,
  request: ComparisonRequest,
): SeedGroup {
  const band = (smoothing: number) =>
    seedBand(
      members.map(({ runId, series }) => ({
        runId,
        points: averaged(curves, series, range, { ...request, smoothing }),
      })),
    );
  if (request.smoothing === 0) return { ...band(0), measured: null };
  const { steps, mean } = band(0);
  return { ...band(request.smoothing), measured: { steps, values: mean } };
}

/**
 * The curve's means, smoothed if so asked. Smoothing begins at the curve's start, whatever the range: zooming in must not
 * change a curve. What lies before the range is read coarsely.
 */
function averaged(
  curves: MetricCurves,
  series: MetricSeries,
  range: StepRange,
  request: ComparisonRequest,
): MetricPoint[] {
  const buckets = curves.read(series, range, request.maximumPoints);
  const means = buckets.map(meanOf);
  if (request.smoothing === 0 || buckets.length === 0) return means;
  const { firstStep, lastStep, count } = series;
  const start = buckets[0]!.firstStep;
  const before = { from: firstStep, to: start - 1 };
  const history = (start > firstStep ? curves.read(series, before, request.maximumPoints) : [])
    .filter((bucket) => bucket.firstStep < start)
    // The last bucket may reach into the range: its mean stands for the part before it.
    .map((bucket) => meanOf({ ...bucket, lastStep: Math.min(bucket.lastStep, before.to) }));
  const unit = smoothingUnit(lastStep - firstStep, count);
  const smoothed = smooth([...history, ...means], request.smoothing, unit);
  // One point before the range, so that the line reaches its edge.
  return smoothed.slice(Math.max(0, history.length - 1));
}

/** In the middle of the bucket's steps. */
function meanOf({ firstStep, lastStep, count, sum }: Bucket): MetricPoint {
  return { step: (firstStep + lastStep) / 2, value: count === 0 ? null : sum / count };
}

function toCurve(points: readonly MetricPoint[]): Curve {
  return {
    steps: Float64Array.from(points, ({ step }) => step),
    values: Float64Array.from(points, ({ value }) => value ?? NaN),
  };
}
