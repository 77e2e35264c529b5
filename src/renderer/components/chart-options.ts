import type { ChartOptions } from 'chart.js';
import { cssColour } from './series-colours';

/** What all line charts over gradient steps have in common, in the colours of the present theme. */
export function chartOptions(formatStep: (step: number) => string): ChartOptions<'line'> {
  const quiet = cssColour('--color-text-quiet');
  const grid = { color: cssColour('--color-border'), tickLength: 0 };
  const ticks = { color: quiet, font: { family: 'Inter', size: 11 }, padding: 6 };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    // Points come in the order of their steps, so that Chart.js need not sort them.
    parsing: false,
    normalized: true,
    spanGaps: false,
    scales: {
      x: {
        type: 'linear',
        grid: { display: false },
        border: { color: grid.color },
        ticks: { ...ticks, maxTicksLimit: 6, callback: (value) => formatStep(Number(value)) },
      },
      y: { grid, border: { display: false }, ticks: { ...ticks, maxTicksLimit: 5 } },
    },
    plugins: { legend: { display: false } },
  };
}
