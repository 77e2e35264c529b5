import { Chart, LinearScale, LineController } from 'chart.js';
import { chartOptions } from '../components/chart-options';
import { formatCompact, formatNumber } from '../format';
import type { CurvePainter } from './curve-painter';
import { valueAt, type ChartLine } from './lines';
import type { Range } from './view';

Chart.register(LineController, LinearScale);

export type CompareChart = Chart<'line', []>;

/**
 * Axes and layout are Chart.js's, the curves are the painter's: an element for every point, and options for every curve,
 * would cost Chart.js a tenth of a second in every frame of a hundred curves.
 */
export function createChart(
  canvas: HTMLCanvasElement,
  painter: CurvePainter,
  onresize: () => void,
): CompareChart {
  const common = chartOptions(formatCompact);
  const { x, y } = common.scales!;
  return new Chart<'line', []>(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      ...common,
      // The layer above answers to the mouse.
      events: [],
      onResize: onresize,
      scales: {
        x: { ...x, ticks: { ...x!.ticks, maxTicksLimit: 10, maxRotation: 0, includeBounds: false } },
        y: {
          ...y,
          ticks: { ...y!.ticks, maxTicksLimit: 7, callback: (value) => formatNumber(Number(value)) },
        },
      } as NonNullable<typeof common.scales>,
    },
    plugins: [{ id: 'curves', beforeDatasetsDraw: painter.paint }],
  });
}

export function showSteps({ options }: CompareChart, { from, to }: Range): void {
  options.scales!['x']!.min = from;
  options.scales!['x']!.max = to;
}

/** In round numbers. */
export function showValues({ options }: CompareChart, range: Range): void {
  const y = options.scales!['y'] as { suggestedMin?: number; suggestedMax?: number };
  y.suggestedMin = range.from;
  y.suggestedMax = range.to;
}

const nearPixels = 24;

/** The line under the mouse, which is `y` pixels from the top; undefined where none is near. */
export function nearestLine(
  { scales }: CompareChart,
  lines: readonly ChartLine[],
  step: number,
  y: number,
): ChartLine | undefined {
  let [nearest, least]: [ChartLine | undefined, number] = [undefined, nearPixels];
  for (const line of lines) {
    const value = valueAt(line.main, step);
    const distance = value === undefined ? Infinity : Math.abs(scales['y']!.getPixelForValue(value) - y);
    if (distance < least) [nearest, least] = [line, distance];
  }
  return nearest;
}
