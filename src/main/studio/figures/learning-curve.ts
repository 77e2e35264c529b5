import {
  comparisonRequestSchema,
  type ComparedRun,
  type Curve,
  type SeedGroup,
} from '../../../shared/compare';
import { StudioError } from '../../../shared/errors';
import { decideSize, type FigureRequest } from '../../../shared/figures';
import { describeMetric } from '../../../shared/metrics';
import type { RunRecord } from '../../../shared/runs';
import type { Figure } from '../../figures/figure';
import type { CurvePanel, CurvePoint, CurveSeries } from '../../figures/curve-panel';
import { curveFigure } from '../../figures/learning-curve';
import type { Registry } from '../../registry/registry';
import { CurveLegend } from './curve-legend';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'learning-curve' }>;

/** More than a printed column can show, together and of each curve. */
const pointsOfAllCurves = 40_000;
const pointsOfACurve = 1000;

/** Metrics of runs over gradient steps, a panel each. Throws StudioError where none of the runs has a metric. */
export function learningCurveFigure(registry: Registry, request: Request): Figure {
  const runs = request.runIds.map((runId) => registry.getRun(runId));
  const legend = new CurveLegend(runs);
  const panels = request.metrics.map((metric) => panelOf(registry, metric, request, legend));
  const hasGroups = panels.some(({ series }) => series.some(({ line }) => line.endsWith('mean')));
  return curveFigure({
    title: request.title ?? titleOf(request.metrics),
    subtitle: subtitleOf(request, runs, hasGroups),
    xTitle: 'Gradient steps',
    ...(request.range && { range: request.range }),
    panels,
    size: decideSize(request),
    origin: figureOrigin(registry, request.runIds, request),
  });
}

function panelOf(registry: Registry, metric: string, request: Request, legend: CurveLegend): CurvePanel {
  const { runIds, smoothing, groupSeeds, range } = request;
  const maximumPoints = Math.max(
    100,
    Math.min(pointsOfACurve, Math.round(pointsOfAllCurves / runIds.length)),
  );
  const { runs, groups } = registry.compare(
    comparisonRequestSchema.parse({
      ...{ runIds, metric, maximumPoints, smoothing, groupSeeds },
      ...(range && { range }),
    }),
  );
  if (groups.length + runs.length === 0) {
    throw new StudioError(
      `None of these runs has measured "${metric}": choose another metric or other runs.`,
    );
  }
  const series = [
    ...groups.map((group) => ({ first: group.runIds[0]!, make: () => groupSeries(group, request, legend) })),
    ...runs.map((run) => ({ first: run.runId, make: () => runSeries(run, legend) })),
  ]
    .sort((a, b) => runIds.indexOf(a.first) - runIds.indexOf(b.first))
    // Only now: colours go by this order.
    .map(({ make }) => make());
  return { title: describeMetric(metric).title, series };
}

function runSeries({ runId, curve, smoothed }: ComparedRun, legend: CurveLegend): CurveSeries {
  const own = legend.of([runId]);
  if (smoothed === null) return { ...own, points: pointsOf(curve), line: 'measured' };
  return { ...own, points: pointsOf(smoothed), line: 'smoothed', measured: pointsOf(curve) };
}

function groupSeries(group: SeedGroup, { band, smoothing }: Request, legend: CurveLegend): CurveSeries {
  const { steps, mean, standardError, minimum, maximum, measured } = group;
  const bounds = (index: number) =>
    band === 'range'
      ? { low: minimum[index]!, high: maximum[index]! }
      : { low: mean[index]! - standardError[index]!, high: mean[index]! + standardError[index]! };
  return {
    ...legend.of(group.runIds),
    points: pointsOf({ steps, values: mean }),
    line: smoothing > 0 ? 'smoothed mean' : 'mean',
    ...(measured && { measured: pointsOf(measured) }),
    ...(band !== 'none' && { band: [...steps].map((x, index) => ({ x, ...bounds(index) })) }),
  };
}

const pointsOf = ({ steps, values }: Curve): CurvePoint[] =>
  [...steps].map((x, index) => ({ x, y: values[index]! }));

const titleOf = (metrics: readonly string[]): string =>
  metrics.length === 1 ? describeMetric(metrics[0]!).title : 'Learning curves';

function subtitleOf({ smoothing, band }: Request, runs: readonly RunRecord[], hasGroups: boolean): string {
  const bandText = band === 'range' ? ', lowest and highest' : band === 'none' ? '' : ' ± 1 standard error';
  return [
    runs.length === 1 ? `Run ${runs[0]!.id}` : `${runs.length} runs`,
    ...(hasGroups ? [`mean over seeds${bandText}`] : []),
    ...(smoothing > 0 ? [`smoothed by ${smoothing}, as measured beside it`] : []),
  ].join(' · ');
}
