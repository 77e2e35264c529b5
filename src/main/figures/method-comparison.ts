import type { ChartConfiguration } from 'chart.js';
import type { FigureSize } from '../../shared/figures';
import { chartFigure } from './chart-figure';
import { axis, chartOptions, readingLines, tickMarks } from './chart-theme';
import { shortNumber, type Figure, type FigureOrigin } from './figure';
import { font } from './fonts';
import { wrapText } from './heading';
import { errorBars, rings } from './marks';
import { referenceLines, referenceMargin, type ReferenceLine } from './reference-lines';
import { measuring } from './measure';
import { ink } from './palette';

/** What one method reached. */
export interface MethodResult {
  readonly label: string;
  readonly colour: string;
  readonly mean: number;
  readonly standardError: number;
  /** What mean and error are over, e.g. `3 agents` or `20 episodes`. */
  readonly over: string;
  /** Those that the mean is over, where they are agents: shown beside it. */
  readonly agents: readonly number[];
}

export interface MethodComparison {
  readonly title: string;
  readonly subtitle: string;
  readonly marks: 'points' | 'bars';
  readonly methods: readonly MethodResult[];
  /** The expert, and a policy of random actions. */
  readonly references: readonly ReferenceLine[];
  readonly size: FigureSize;
  readonly origin: FigureOrigin;
}

/** Mean return of each method, plus or minus one standard error, between lines of the expert and of random actions. */
export function methodComparison(figure: MethodComparison): Figure {
  const { title, subtitle, methods, references, size, origin } = figure;
  const { fontSize } = size;
  const isBars = figure.marks === 'bars';
  const bars = methods.map(({ mean, standardError, colour }, x) => ({
    x,
    low: mean - standardError,
    high: mean + standardError,
    colour: isBars ? ink.text : colour,
  }));
  const agents = methods.flatMap(({ agents: values, colour }, x) =>
    values.map((y) => ({ x, y, colour: isBars ? ink.text : colour })),
  );
  const heights = [
    ...bars.flatMap(({ low, high }) => [low, high]),
    ...references.map(({ value }) => value),
    ...agents.map(({ y }) => y),
    ...(isBars ? [0] : []),
  ];
  const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
  const x = axis(fontSize, '', {
    type: 'category',
    offset: true,
    grid: { ...tickMarks(fontSize), drawTicks: false },
  });
  const y = {
    grid: readingLines,
    border: { display: false },
    suggestedMin: lowest,
    suggestedMax: highest,
  };
  // What the axis of returns and the names of the lines leave, about.
  const room = size.width - 6 * fontSize - referenceMargin(references, fontSize);
  const labelWidth = room / methods.length - fontSize;
  const configuration = {
    type: isBars ? 'bar' : 'line',
    data: {
      labels: methods.map(({ label }) => wrapText(measuring(), label, font(fontSize), labelWidth)),
      datasets: [
        {
          data: methods.map(({ mean }) => mean),
          backgroundColor: methods.map(({ colour }) => colour),
          ...(isBars
            ? { maxBarThickness: fontSize * 5, categoryPercentage: 0.7 }
            : { showLine: false, pointRadius: fontSize * 0.4, pointBorderWidth: 0 }),
        },
      ],
    },
    options: {
      ...chartOptions(fontSize, referenceMargin(references, fontSize)),
      scales: {
        // Every method has its name.
        x: { ...x, ticks: { ...x.ticks, autoSkip: false } },
        y: axis(fontSize, 'Return', y),
      },
    },
    plugins: [
      referenceLines(references, fontSize),
      rings(agents, { radius: fontSize * 0.2, right: fontSize * (isBars ? 0 : 1) }),
      errorBars(bars, fontSize * 0.9),
    ],
  };
  return chartFigure({
    ...{ title, subtitle, size, origin },
    summary: summaryOf(figure),
    legend: [],
    panels: [{ title: '', configuration: configuration as unknown as ChartConfiguration }],
    table: {
      columns: ['series', 'mark', 'mean return', 'low', 'high', 'over'],
      rows: [
        ...methods.flatMap(({ label, mean, standardError, over, agents: each }) => [
          [label, 'mean', mean, mean - standardError, mean + standardError, over],
          ...each.map((value) => [label, 'agent', value, null, null, null]),
        ]),
        ...references.map(({ label, value }) => [label, 'reference', value, null, null, null]),
      ],
    },
  });
}

function summaryOf({ methods, references }: MethodComparison): string {
  const means = methods.map(
    ({ label, mean, standardError }) => `${label} ${shortNumber(mean)} ± ${shortNumber(standardError)}`,
  );
  return [...means, ...references.map(({ label, value }) => `${label} ${shortNumber(value)}`)].join(', ');
}
