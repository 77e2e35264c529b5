import { Chart, Filler, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import type { ChartDataset, ChartOptions } from 'chart.js';
import type { Curve } from '../../shared/compare';
import { chartOptions } from '../components/chart-options';
import { formatCompact, formatNumber } from '../format';
import { seriesColour, seriesDash, translucent } from '../components/series-colours';
import { valueAt, type ChartLine } from './lines';
import type { Range } from './view';

Chart.register(Filler, LineController, LineElement, LinearScale, PointElement);

interface Point {
  x: number;
  y: number;
}
export type CompareChart = Chart<'line', Point[]>;
type Dataset = ChartDataset<'line', Point[]>;

/** More than this are told apart by the mouse alone; dashes would only cost time. */
const mostDashedLines = 28;

export function createChart(canvas: HTMLCanvasElement, onresize: () => void): CompareChart {
  const common = chartOptions(formatCompact);
  const { x, y } = common.scales!;
  const options: ChartOptions<'line'> = {
    ...common,
    // The layer above answers to the mouse.
    events: [],
    onResize: onresize,
    elements: { point: { radius: 0 }, line: { borderWidth: 1.5, borderJoinStyle: 'round' } },
    scales: {
      x: { ...x, ticks: { ...x!.ticks, maxTicksLimit: 10, maxRotation: 0, includeBounds: false } },
      y: {
        ...y,
        ticks: { ...y!.ticks, maxTicksLimit: 7, callback: (value) => formatNumber(Number(value)) },
      },
    } as ChartOptions<'line'>['scales'] & object,
  };
  return new Chart<'line', Point[]>(canvas, { type: 'line', data: { datasets: [] }, options });
}

/** Faint ones below, means and bands above them. */
export function datasetsOf(lines: readonly ChartLine[]): Dataset[] {
  const colours = new Map([...new Set(lines.map(({ colour }) => colour))].map((n) => [n, seriesColour(n)]));
  const dashed = lines.length <= mostDashedLines;
  const faint = lines.flatMap(({ measured, colour }): Dataset[] =>
    measured
      ? [{ data: toPoints(measured), borderColor: translucent(colours.get(colour)!, 0.22), borderWidth: 1 }]
      : [],
  );
  const bands = lines.flatMap(({ main: { steps }, band, colour }): Dataset[] =>
    band
      ? [
          { data: toPoints({ steps, values: band.low }), borderWidth: 0 },
          {
            data: toPoints({ steps, values: band.high }),
            borderWidth: 0,
            fill: '-1',
            backgroundColor: translucent(colours.get(colour)!, 0.18),
          },
        ]
      : [],
  );
  const main = lines.map(({ main: curve, colour }): Dataset => ({
    data: toPoints(curve),
    borderColor: colours.get(colour)!,
    pointRadius: curve.steps.length > 30 ? 0 : 2,
    pointBackgroundColor: colours.get(colour)!,
    ...(dashed && { borderDash: [...seriesDash(colour)] }),
  }));
  // Chart.js draws the first dataset on top; a band fills to the one before it.
  const from = (datasets: Dataset[], order: number): Dataset[] =>
    datasets.map((dataset) => ({ ...dataset, order }));
  return [...from(main, 0), ...from(bands, 1), ...from(faint, 2)];
}

export function showRange({ options }: CompareChart, { from, to }: Range): void {
  options.scales!['x']!.min = from;
  options.scales!['x']!.max = to;
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

function toPoints({ steps, values }: Curve): Point[] {
  const points = new Array<Point>(steps.length);
  for (let index = 0; index < steps.length; index++) points[index] = { x: steps[index]!, y: values[index]! };
  return points;
}
