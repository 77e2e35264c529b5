import type { Chart, Plugin } from 'chart.js';
import { font } from './fonts';
import { measuring } from './measure';
import { ink } from './palette';

/** What Chart.js does not draw by itself; positions are on the axes `x` and `y`. */

export interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Areas between two curves, under the curves themselves. */
export function bands(areas: readonly { colour: string; points: readonly BandPoint[] }[]): Plugin {
  return {
    id: 'bands',
    beforeDatasetsDraw: (chart) => {
      const { ctx: context } = chart;
      const { x, y } = axes(chart);
      clipped(chart, () => {
        for (const { colour, points } of areas) {
          context.beginPath();
          for (const point of points) context.lineTo(x(point.x), y(point.high));
          for (const point of points.toReversed()) context.lineTo(x(point.x), y(point.low));
          context.closePath();
          context.globalAlpha = 0.18;
          context.fillStyle = colour;
          context.fill();
        }
      });
    },
  };
}

export interface ErrorBar {
  readonly x: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
}

/** Vertical bars with caps, over what they belong to. */
export function errorBars(bars: readonly ErrorBar[], capWidth: number): Plugin {
  return {
    id: 'error-bars',
    afterDatasetsDraw: (chart) => {
      const { ctx: context } = chart;
      const { x, y } = axes(chart);
      context.save();
      context.lineWidth = 1;
      for (const bar of bars) {
        const [center, low, high] = [x(bar.x), y(bar.low), y(bar.high)];
        context.strokeStyle = bar.colour;
        context.beginPath();
        context.moveTo(center, low);
        context.lineTo(center, high);
        for (const end of [low, high]) {
          context.moveTo(center - capWidth / 2, end);
          context.lineTo(center + capWidth / 2, end);
        }
        context.stroke();
      }
      context.restore();
    },
  };
}

/** Small rings, `right` points beside their place. */
export function rings(
  places: readonly { x: number; y: number; colour: string }[],
  { radius, right }: { radius: number; right: number },
): Plugin {
  return {
    id: 'rings',
    afterDatasetsDraw: (chart) => {
      const { ctx: context } = chart;
      const { x, y } = axes(chart);
      context.save();
      context.lineWidth = 0.75;
      for (const place of places) {
        context.beginPath();
        context.arc(x(place.x) + right, y(place.y), radius, 0, 2 * Math.PI);
        context.fillStyle = ink.background;
        context.fill();
        context.strokeStyle = place.colour;
        context.stroke();
      }
      context.restore();
    },
  };
}

export interface ReferenceLine {
  readonly label: string;
  readonly value: number;
  readonly colour: string;
}

/** Dashed horizontal lines, each with its name right of the chart, where nothing is in its way. */
export function referenceLines(lines: readonly ReferenceLine[], fontSize: number): Plugin {
  return {
    id: 'reference-lines',
    beforeDatasetsDraw: (chart) => {
      const { ctx: context, chartArea } = chart;
      const { y } = axes(chart);
      context.save();
      context.lineWidth = 1;
      context.font = font(fontSize * 0.92);
      context.textAlign = 'left';
      context.textBaseline = 'alphabetic';
      let lowest = Infinity;
      for (const { label, value, colour } of [...lines].sort((a, b) => a.value - b.value)) {
        context.setLineDash([4, 3]);
        context.strokeStyle = colour;
        context.beginPath();
        context.moveTo(chartArea.left, y(value));
        context.lineTo(chartArea.right, y(value));
        context.stroke();
        // With dashes, a PDF would get its letters as drawings (a Type 3 font), which publishers refuse.
        context.setLineDash([]);
        context.fillStyle = ink.quietText;
        // Names of lines that are close make room for each other.
        lowest = Math.min(lowest - fontSize * 1.1, y(value) + fontSize * 0.32);
        context.fillText(label, chartArea.right + fontSize * labelGap, lowest);
      }
      context.restore();
    },
  };
}

const labelGap = 0.5;

/** Width that the names of reference lines need right of a chart. */
export function referenceMargin(lines: readonly ReferenceLine[], fontSize: number): number {
  if (lines.length === 0) return 0;
  const measure = measuring();
  return fontSize * labelGap + Math.max(...lines.map(({ label }) => measure(label, font(fontSize * 0.92))));
}

function axes({ scales }: Chart) {
  const place = (axis: string) => (value: number) => scales[axis]!.getPixelForValue(value);
  return { x: place('x'), y: place('y') };
}

function clipped({ ctx: context, chartArea }: Chart, draw: () => void): void {
  const { left, top, width, height } = chartArea;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}
