import type { Plugin } from 'chart.js';
import { font } from './fonts';
import { axes } from './marks';
import { measuring } from './measure';
import { ink } from './palette';

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
      context.lineWidth = fontSize * 0.125;
      context.font = font(fontSize * 0.92);
      context.textAlign = 'left';
      context.textBaseline = 'alphabetic';
      let lowest = Infinity;
      for (const { label, value, colour } of [...lines].sort((a, b) => a.value - b.value)) {
        context.setLineDash([fontSize * 0.5, fontSize * 0.4]);
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
