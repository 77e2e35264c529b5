import type { Plugin } from 'chart.js';
import type { SeriesStyle } from '../../shared/palette';
import { axes, clipped } from './marks';

export interface Curve {
  /** A value that is no finite number is a gap. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly style: SeriesStyle;
  readonly width: number;
  readonly opacity: number;
}

/**
 * Curves through every one of their points; the first one on top. Chart.js would draw no more than the highest and the
 * lowest of the points that share a pixel, which here is a point of 1/72 inch.
 */
export function curves(all: readonly Curve[]): Plugin {
  return {
    id: 'curves',
    beforeDatasetsDraw: (chart) => {
      const { ctx: context } = chart;
      const { x, y } = axes(chart);
      clipped(chart, () => {
        context.lineJoin = 'round';
        for (const { points, style, width, opacity } of all.toReversed()) {
          context.beginPath();
          let isGap = true;
          for (const point of points) {
            if (Number.isFinite(point.y)) {
              if (isGap) context.moveTo(x(point.x), y(point.y));
              context.lineTo(x(point.x), y(point.y));
            }
            isGap = !Number.isFinite(point.y);
          }
          // A lone point between two gaps is a dot.
          context.lineCap = style.dash.length === 0 ? 'round' : 'butt';
          context.setLineDash(style.dash.map((length) => length * width));
          context.lineWidth = width;
          context.strokeStyle = style.colour;
          context.globalAlpha = opacity;
          context.stroke();
        }
      });
    },
  };
}
