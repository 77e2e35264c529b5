import { agentMethods, methodTitles } from '../../../shared/configuration/agent';
import {
  comparisonRequestSchema,
  type ComparedRun,
  type Curve,
  type SeedGroup,
} from '../../../shared/compare';
import { StudioError } from '../../../shared/errors';
import { decideSize, type FigureRequest } from '../../../shared/figures';
import { describeMetric } from '../../../shared/metrics';
import { methodColours, seriesStyle, type SeriesStyle } from '../../../shared/palette';
import { runLabels } from '../../../shared/run-labels';
import type { RunRecord } from '../../../shared/runs';
import type { Figure } from '../../figures/figure';
import {
  curveFigure,
  type CurvePanel,
  type CurvePoint,
  type CurveSeries,
} from '../../figures/learning-curve';
import type { Registry } from '../../registry/registry';
import { figureOrigin } from './origin';

type Request = Extract<FigureRequest, { kind: 'learning-curve' }>;

/** More than a printed column can show, together and of each curve. */
const pointsOfAllCurves = 40_000;
const pointsOfACurve = 1000;

/** Metrics of runs over gradient steps, a panel each. Throws StudioError where none of the runs has a metric. */
export function learningCurveFigure(registry: Registry, request: Request): Figure {
  const runs = request.runIds.map((runId) => registry.getRun(runId));
  const legend = new Legend(runs);
  return curveFigure({
    title: request.title ?? titleOf(request.metrics),
    subtitle: subtitleOf(request, runs),
    xTitle: 'Gradient steps',
    ...(request.range && { range: request.range }),
    panels: request.metrics.map((metric) => panelOf(registry, metric, request, legend)),
    size: decideSize(request),
    origin: figureOrigin(registry, request.runIds, request),
  });
}

function panelOf(registry: Registry, metric: string, request: Request, legend: Legend): CurvePanel {
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

function runSeries({ runId, curve, smoothed }: ComparedRun, legend: Legend): CurveSeries {
  const own = legend.of([runId]);
  if (smoothed === null) return { ...own, points: pointsOf(curve), line: 'measured' };
  return { ...own, points: pointsOf(smoothed), line: 'smoothed', measured: pointsOf(curve) };
}

function groupSeries(group: SeedGroup, { band, smoothing }: Request, legend: Legend): CurveSeries {
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

/** The name and the colour of each curve: the same in every panel. */
class Legend {
  readonly #runs: readonly RunRecord[];
  readonly #labels: Map<string, string>;
  readonly #byMethod: boolean;
  readonly #places: string[] = [];

  constructor(runs: readonly RunRecord[]) {
    this.#runs = runs;
    this.#labels = runLabels(runs);
    const methods = new Set(runs.map(methodOf));
    const names = new Set(runs.map(({ name }) => name));
    // Curves of methods have the methods' colours, if a method is all that tells them apart.
    this.#byMethod = !methods.has(undefined) && names.size === methods.size;
  }

  /** Of the curve of one run, or of runs that differ in their seeds alone. */
  of(runIds: readonly string[]): { label: string; style: SeriesStyle } {
    const run = this.#runs.find(({ id }) => id === runIds[0])!;
    const label = runIds.length > 1 ? `${run.name} (${runIds.length} seeds)` : this.#labels.get(run.id)!;
    const method = methodOf(run);
    const isOnly = this.#runs.filter((other) => methodOf(other) === method).length === runIds.length;
    if (this.#byMethod && method && isOnly) {
      return {
        label: label.replace(run.name, methodTitles[method]),
        style: { colour: methodColours[method], dash: [] },
      };
    }
    if (!this.#places.includes(run.id)) this.#places.push(run.id);
    return { label, style: seriesStyle(this.#places.indexOf(run.id)) };
  }
}

const methodOf = ({ kind, configuration }: RunRecord) =>
  kind === 'agent' ? agentMethods.find((method) => method === configuration['method']) : undefined;

const titleOf = (metrics: readonly string[]): string =>
  metrics.length === 1 ? describeMetric(metrics[0]!).title : 'Learning curves';

function subtitleOf({ smoothing, groupSeeds, band }: Request, runs: readonly RunRecord[]): string {
  const bandText = band === 'range' ? ', lowest and highest' : band === 'none' ? '' : ' ± 1 standard error';
  return [
    runs.length === 1 ? `Run ${runs[0]!.id}` : `${runs.length} runs`,
    ...(groupSeeds && runs.length > 1 ? [`mean of equal runs’ seeds${bandText}`] : []),
    ...(smoothing > 0 ? [`smoothed by ${smoothing}, as measured beside it`] : []),
  ].join(' · ');
}
