import type { Chart, Plugin } from 'chart.js';
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
      context.lineWidth = capWidth * 0.15;
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
      context.lineWidth = radius * 0.45;
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

/** Places on the axes `x` and `y`, in points. */
export function axes({ scales }: Chart) {
  const place = (axis: string) => (value: number) => scales[axis]!.getPixelForValue(value);
  return { x: place('x'), y: place('y') };
}

/** Draws inside the axes alone. */
export function clipped({ ctx: context, chartArea }: Chart, draw: () => void): void {
  const { left, top, width, height } = chartArea;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}
