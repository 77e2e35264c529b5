import type { ChartConfiguration, ChartDataset, Plugin, ScaleOptions } from 'chart.js';
import type { MetricPoint } from '../../shared/runs';
import { figureFont } from './fonts';
import { ink } from './palette';
import type { Figure } from './render-chart';

export interface CurveSeries {
  /** The same label in several panels is one entry of the legend. */
  label: string;
  colour: string;
  /** By gradient step; values that are no numbers are left out. */
  points: readonly MetricPoint[];
}

/** One measure, on an axis of its own; all panels share the gradient steps. */
export interface CurvePanel {
  title: string;
  series: readonly CurveSeries[];
}

const panelHeight = 150;
const frameHeight = 120;
const legendPadding = 14;

/** Learning curves of one or more runs, panel under panel. */
export function learningCurve(
  title: string,
  subtitle: string,
  panels: readonly CurvePanel[],
  metadata: Readonly<Record<string, string>>,
): Figure {
  const height = frameHeight + panels.length * panelHeight;
  return {
    title,
    configuration: learningCurveConfiguration(title, subtitle, panels),
    width: 720,
    height,
    metadata,
  };
}

/** What screen and file draw alike. */
export function learningCurveConfiguration(
  title: string,
  subtitle: string,
  panels: readonly CurvePanel[],
): ChartConfiguration {
  const heading = { display: true, align: 'start' as const };
  return {
    type: 'line',
    data: { datasets: panels.flatMap(panelDatasets) },
    options: {
      layout: { padding: { top: 14, right: 24, bottom: 10, left: 14 } },
      plugins: {
        title: {
          ...heading,
          text: title,
          color: ink.text,
          font: { size: 16, weight: 600 },
          padding: { bottom: 2 },
        },
        subtitle: { ...heading, text: subtitle, color: ink.quietText, padding: { bottom: 8 } },
        legend: {
          align: 'start',
          labels: {
            ...oncePerLabel(panels),
            usePointStyle: true,
            pointStyle: 'line',
            pointStyleWidth: 28,
            padding: legendPadding,
          },
        },
      },
      scales: { x: stepAxis, ...panelAxes(panels) } as unknown as Record<string, never>,
    },
    plugins: [panelTitles(panels), flushLegend],
  };
}

function panelDatasets({ series }: CurvePanel, panel: number): ChartDataset<'line'>[] {
  return series.map(({ label, colour, points }) => ({
    label,
    yAxisID: panelAxis(panel),
    data: points.flatMap(({ step, value }) => (value === null ? [] : [{ x: step, y: value }])),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 1.75,
    // A curve of few measurements shows them; among many the line is enough.
    pointRadius: points.length > 40 ? 0 : 2,
    tension: 0,
  }));
}

const panelAxis = (panel: number): string => `panel-${panel}`;

const stepAxis: ScaleOptions<'linear'> = {
  type: 'linear',
  min: 0,
  title: { display: true, text: 'Gradient steps', color: ink.text },
  grid: { display: false, drawTicks: true },
  border: { color: ink.border },
  ticks: { color: ink.quietText, maxTicksLimit: 9 },
} as ScaleOptions<'linear'>;

/** Chart.js piles up axes of one stack from the bottom; a blank axis above each leaves room for its title. */
function panelAxes(panels: readonly CurvePanel[]): Record<string, unknown> {
  const axes: Record<string, unknown> = {};
  for (const panel of panels.keys()) {
    const stacked = { position: 'left', stack: 'panels' };
    // Counted from the bottom.
    const weight = panels.length - panel;
    axes[panelAxis(panel)] = {
      ...stacked,
      type: 'linear',
      weight,
      stackWeight: 1,
      grid: { color: ink.grid, drawTicks: false },
      border: { display: false },
      ticks: { color: ink.quietText, maxTicksLimit: 5, padding: 8 },
    };
    axes[`${panelAxis(panel)}-gap`] = {
      ...stacked,
      type: 'linear',
      weight: weight + 0.5,
      stackWeight: 0.36,
      ticks: { display: false },
      grid: { display: false },
      border: { display: false },
    };
  }
  return axes;
}

/** Chart.js sets the legend in from the edge at which the titles stand. */
const flushLegend: Plugin = {
  id: 'flush-legend',
  afterUpdate: ({ legend }) => {
    if (legend) legend.left -= legendPadding;
  },
};

/** Chart.js has titles only beside an axis, turned by 90 degrees. */
function panelTitles(panels: readonly CurvePanel[]): Plugin {
  return {
    id: 'panel-titles',
    afterDraw: ({ ctx, scales, chartArea }) => {
      ctx.save();
      ctx.font = `600 12px ${figureFont}`;
      ctx.fillStyle = ink.text;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      for (const [panel, { title }] of panels.entries()) {
        const axis = scales[panelAxis(panel)];
        if (axis) ctx.fillText(title, chartArea.left, axis.top - 10);
      }
      ctx.restore();
    },
  };
}

/** A method that several panels show stands in the legend once. */
function oncePerLabel(panels: readonly CurvePanel[]) {
  const labels = panels.flatMap(({ series }) => series.map(({ label }) => label));
  return {
    filter: ({ datasetIndex }: { datasetIndex?: number }) =>
      datasetIndex === undefined || labels.indexOf(labels[datasetIndex]!) === datasetIndex,
  };
}
