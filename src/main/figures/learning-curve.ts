import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { FigureSize } from '../../shared/figures';
import { chartFigure, type ChartPanel } from './chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from './chart-theme';
import type { CurvePanel, CurveSeries } from './curve-panel';
import { curves, type Curve } from './curves';
import { curveTable, summarizeCurves } from './curve-table';
import type { Figure, FigureOrigin } from './figure';
import { bands } from './marks';
import { referenceLines, referenceMargin } from './reference-lines';

export interface CurveFigure {
  readonly title: string;
  readonly subtitle: string;
  /** e.g. `Gradient steps` */
  readonly xTitle: string;
  /** Makes the axis logarithmic, with ticks at these values, in order. */
  readonly logarithmicTicks?: readonly number[];
  /** The part of the axis to show; without it, all that there is. */
  readonly range?: { readonly from: number; readonly to: number };
  readonly panels: readonly CurvePanel[];
  readonly size: FigureSize;
  readonly origin: FigureOrigin;
}

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
    summary: summarizeCurves(panels),
    size,
    origin,
    panels: panels.map((panel) => chartPanel(panel, figure)),
    legend: labels.map((label) => ({
      label,
      mark: 'line' as const,
      style: all.find((series) => series.label === label)!.style,
    })),
    table: curveTable(panels, figure.xTitle),
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
      data: { datasets: series.flatMap((one) => dataset(one, fontSize)) },
      options: {
        ...chartOptions(fontSize, referenceMargin(references, fontSize)),
        scales: {
          x: logarithmic(axis(fontSize, figure.xTitle, x), figure.logarithmicTicks),
          y: axis(fontSize, '', y),
        },
      },
      plugins: [bands(areas), referenceLines(references, fontSize), curves(linesOf(series, fontSize))],
    } as ChartConfiguration,
  };
}

/** The axis' ends stand out of the curves by this factor. */
const logarithmicMargin = 1.12;

function logarithmic(linear: ReturnType<typeof axis>, ticks: readonly number[] | undefined): object {
  if (!ticks) return linear;
  return {
    ...linear,
    type: 'logarithmic',
    min: ticks[0]! / logarithmicMargin,
    max: ticks.at(-1)! * logarithmicMargin,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = ticks.map((value) => ({ value }));
    },
    ticks: { ...linear.ticks, callback: String },
  };
}

/** Points of a curve of few; the lines are drawn by `curves`, but the axes are made to hold all of these. */
function dataset({ points, style, measured = [] }: CurveSeries, fontSize: number): ChartDataset<'line'>[] {
  const few = points.length <= fewPoints;
  const mark = { backgroundColor: style.colour, pointBorderWidth: 0, showLine: false };
  return [
    { ...mark, data: [...points], pointRadius: few ? fontSize * 0.18 : 0 },
    { ...mark, data: [...measured], pointRadius: 0 },
  ];
}

/** Below the curve itself, faintly, what it was before it was smoothed. */
function linesOf(series: readonly CurveSeries[], fontSize: number): Curve[] {
  const width = fontSize * 0.14;
  return [
    ...series.map(({ points, style }) => ({ points, style, width, opacity: 1 })),
    ...series.map(({ measured = [], style }) => ({
      ...{ points: measured, style: { ...style, dash: [] } },
      ...{ width: width * 0.6, opacity: 0.3 },
    })),
  ];
}
