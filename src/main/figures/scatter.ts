import type { ChartConfiguration } from 'chart.js';
import type { FigureSize } from '../../shared/figures';
import { chartFigure } from './chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from './chart-theme';
import { shortNumber, type Figure, type FigureOrigin } from './figure';
import { errorBars } from './marks';
import { referenceLines, referenceMargin, type ReferenceLine } from './reference-lines';

export interface ScatterPoint {
  /** Which run it is, for the table. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Half the length of the bar through the point. */
  readonly error: number;
}

export interface ScatterSeries {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly ScatterPoint[];
}

export interface ScatterFigure {
  readonly title: string;
  readonly subtitle: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly ScatterSeries[];
  readonly references: readonly ReferenceLine[];
  readonly size: FigureSize;
  readonly origin: FigureOrigin;
}

/** One measure against another, a point an agent, each with plus or minus one standard error. */
export function scatterFigure(figure: ScatterFigure): Figure {
  const { title, subtitle, xTitle, yTitle, series, references, size, origin } = figure;
  const { fontSize } = size;
  const bars = series.flatMap(({ points, colour }) =>
    points.map(({ x, y, error }) => ({ x, low: y - error, high: y + error, colour })),
  );
  const heights = [...bars.flatMap(({ low, high }) => [low, high]), ...references.map(({ value }) => value)];
  const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
  const y = {
    grid: readingLines,
    border: { display: false },
    suggestedMin: lowest,
    suggestedMax: highest,
  };
  const configuration = {
    type: 'scatter',
    data: {
      datasets: series.map(({ points, colour }) => ({
        data: points.map((point) => ({ x: point.x, y: point.y })),
        backgroundColor: colour,
        pointRadius: fontSize * 0.35,
        pointBorderWidth: 0,
        clip: false,
      })),
    },
    options: {
      ...chartOptions(fontSize, referenceMargin(references, fontSize)),
      scales: {
        x: axis(fontSize, xTitle, { grid: tickMarks(fontSize), grace: '5%' }),
        y: axis(fontSize, yTitle, y),
      },
    },
    plugins: [referenceLines(references, fontSize), errorBars(bars, fontSize * 0.6)],
  };
  return chartFigure({
    ...{ title, subtitle, size, origin },
    summary: summaryOf(figure),
    legend: series.map(({ label, colour }) => ({ label, mark: 'point', style: { colour, dash: [] } })),
    panels: [{ title: '', configuration: configuration as unknown as ChartConfiguration }],
    table: {
      columns: ['series', 'run', xTitle.toLowerCase(), yTitle.toLowerCase(), 'low', 'high'],
      rows: [
        ...series.flatMap(({ label, points }) =>
          points.map(({ name, x, y, error }) => [label, name, x, y, y - error, y + error]),
        ),
        ...references.map(({ label, value }) => [label, 'reference', null, value, null, null]),
      ],
    },
  });
}

/** More points than this are counted, not told one by one. */
const mostTold = 8;

function summaryOf({ series, references, xTitle, yTitle }: ScatterFigure): string {
  const groups = series.map(({ label, points }) =>
    points.length > mostTold
      ? `${label}: ${points.length} points`
      : `${label}: ${points.map(({ x, y }) => `${shortNumber(x)} and ${shortNumber(y)}`).join(', ')}`,
  );
  const lines = references.map(({ label, value }) => `${label}: ${yTitle} ${shortNumber(value)}`);
  return `${xTitle} and ${yTitle}. ${[...groups, ...lines].join('; ')}`;
}
