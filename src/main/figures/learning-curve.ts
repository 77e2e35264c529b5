import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { FigureSize } from '../../shared/figures';
import type { SeriesStyle } from '../../shared/palette';
import { chartFigure, lineStyle, type ChartPanel } from './chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from './chart-theme';
import type { Figure, FigureOrigin, FigureTable } from './figure';
import { bands, referenceLines, referenceMargin, type BandPoint, type ReferenceLine } from './marks';

/** A value that is no finite number is a gap. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

export interface CurveSeries {
  /** The same label in several panels is one entry of the legend. */
  readonly label: string;
  readonly style: SeriesStyle;
  readonly points: readonly CurvePoint[];
  /** What `points` are, for the table: `measured`, `smoothed`, `mean`. */
  readonly line: string;
  /** The curve as measured, drawn faintly below a smoothed one. */
  readonly measured?: readonly CurvePoint[];
  readonly band?: readonly BandPoint[];
}

/** One measure, on an axis of its own. */
export interface CurvePanel {
  readonly title: string;
  readonly series: readonly CurveSeries[];
  readonly references?: readonly ReferenceLine[];
}

export interface CurveFigure {
  readonly title: string;
  readonly subtitle: string;
  /** e.g. `Gradient steps` */
  readonly xTitle: string;
  readonly xScale?: 'linear' | 'logarithmic';
  /** The part of the axis to show; without it, all that there is. */
  readonly range?: { readonly from: number; readonly to: number };
  readonly panels: readonly CurvePanel[];
  readonly size: FigureSize;
  readonly origin: FigureOrigin;
}

const lineWidth = 1.1;
/** A curve of few measurements shows them; among many the line is enough. */
const fewPoints = 25;

/** Curves of one or more measures over one axis, e.g. of training steps or of numbers of expert episodes. */
export function curveFigure(figure: CurveFigure): Figure {
  const { title, subtitle, panels, size, origin } = figure;
  const all = panels.flatMap(({ series }) => series);
  const labels = [...new Set(all.map(({ label }) => label))];
  return chartFigure({
    title,
    subtitle,
    size,
    origin,
    panels: panels.map((panel) => chartPanel(panel, figure)),
    legend: labels.map((label) => ({
      label,
      mark: 'line' as const,
      style: all.find((series) => series.label === label)!.style,
    })),
    table: curveTable(figure),
  });
}

function chartPanel(panel: CurvePanel, figure: CurveFigure): ChartPanel {
  const { fontSize } = figure.size;
  const { title, series, references = [] } = panel;
  const areas = series.flatMap(({ band, style }) => (band ? [{ colour: style.colour, points: band }] : []));
  const heights = [
    ...areas.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
    ...references.map(({ value }) => value),
  ];
  const x = {
    type: figure.xScale ?? 'linear',
    grid: tickMarks(fontSize),
    ...(figure.range && { min: figure.range.from, max: figure.range.to }),
  };
  const y = {
    grid: readingLines,
    border: { display: false },
    ...(heights.length > 0 && { suggestedMin: Math.min(...heights), suggestedMax: Math.max(...heights) }),
  };
  return {
    title,
    configuration: {
      type: 'line',
      data: { datasets: series.flatMap(datasets) },
      options: {
        ...chartOptions(fontSize, referenceMargin(references, fontSize)),
        scales: { x: axis(fontSize, figure.xTitle, x), y: axis(fontSize, '', y) },
      },
      plugins: [bands(areas), referenceLines(references, fontSize)],
    } as ChartConfiguration,
  };
}

/** Those that come first are drawn last, on top. */
function datasets({ points, style, measured }: CurveSeries): ChartDataset<'line'>[] {
  const main = { ...lineStyle(style, lineWidth), data: [...points], order: 1 };
  const few = points.length <= fewPoints;
  const line = { ...main, pointRadius: few ? 1.4 : 0, pointBorderWidth: 0 };
  if (measured === undefined) return [line];
  const faint = { ...lineStyle({ ...style, dash: [] }, lineWidth * 0.6), borderColor: `${style.colour}47` };
  return [line, { ...faint, data: [...measured], pointRadius: 0, order: 2 }];
}

function curveTable({ panels, xTitle }: CurveFigure): FigureTable {
  const rows = panels.flatMap(({ title, series, references = [] }) => [
    ...series.flatMap((one) => seriesRows(title, one)),
    ...references.map(({ label, value }) => [title, label, 'reference', null, value, null, null]),
  ]);
  return { columns: ['panel', 'series', 'line', xTitle.toLowerCase(), 'value', 'low', 'high'], rows };
}

function seriesRows(
  panel: string,
  { label, line, points, measured = [], band }: CurveSeries,
): FigureTable['rows'] {
  const bounds = new Map(band?.map((point) => [point.x, point]));
  const row = (name: string, { x, y }: CurvePoint) => {
    const bound = name === line ? bounds.get(x) : undefined;
    return [panel, label, name, x, y, bound?.low ?? null, bound?.high ?? null];
  };
  const drawn = (list: readonly CurvePoint[]) => list.filter(({ y }) => Number.isFinite(y));
  return [
    ...drawn(points).map((point) => row(line, point)),
    ...drawn(measured).map((point) => row('measured', point)),
  ];
}
