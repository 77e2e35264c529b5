import type { ChartOptions } from 'chart.js';
import { canvasFamilies } from './fonts';
import { ink } from './palette';

/** The ticks' size of the figure's. */
const small = 0.92;

/** An axis: `options` come on top. */
export function axis(fontSize: number, title: string, options: object = {}) {
  const font = { family: canvasFamilies, size: fontSize };
  return {
    type: 'linear' as const,
    title: { display: title !== '', text: title, color: ink.text, font, padding: fontSize * 0.25 },
    border: { color: ink.border, width: 0.5 },
    ticks: {
      color: ink.quietText,
      font: { ...font, size: fontSize * small },
      padding: fontSize * 0.35,
      maxTicksLimit: 6,
      maxRotation: 0,
      autoSkipPadding: fontSize,
    },
    ...options,
  };
}

/** Of an axis across which values are read. */
export const readingLines = { color: ink.grid, lineWidth: 0.5, drawTicks: false };
/** Of an axis whose values are read at its ticks. */
export const tickMarks = (fontSize: number) => ({
  drawOnChartArea: false,
  tickLength: fontSize * 0.35,
  tickColor: ink.border,
  lineWidth: 0.5,
});

/** @param right what stands right of the chart; else there is room for half a label that sticks out of an axis */
export const chartOptions = (fontSize: number, right = 0): ChartOptions => ({
  layout: { padding: { top: fontSize * 0.4, right: Math.max(fontSize, right), left: 0, bottom: 0 } },
  events: [],
});
