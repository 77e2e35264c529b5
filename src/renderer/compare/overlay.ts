import { cssColour, seriesColour } from '../components/series-colours';
import type { CompareChart } from './chart';
import type { ChartLine } from './lines';
import { valueAt } from './lines';
import type { Range } from './view';

export interface Overlay {
  /** Where a line stands through all curves. */
  readonly step: number | undefined;
  /** A line to draw above the others. */
  readonly emphasized: ChartLine | undefined;
  /** Steps that are being chosen. */
  readonly selection: Range | undefined;
}

const haloWidth = 6;
const lineWidth = 3;
const dotRadius = 4;

/** What changes with every move of the mouse, on a canvas of its own: the chart below need not be drawn again. */
export function drawOverlay(canvas: HTMLCanvasElement, chart: CompareChart, overlay: Overlay): void {
  const scale = window.devicePixelRatio;
  const { width, height, chartArea } = chart;
  if (!chartArea) return;
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const { left, right, top, bottom } = chartArea;
  context.save();
  context.beginPath();
  context.rect(left, top - dotRadius, right - left, bottom - top + 2 * dotRadius);
  context.clip();
  const x = (step: number): number => chart.scales['x']!.getPixelForValue(step);
  if (overlay.selection) {
    const [from, to] = [x(overlay.selection.from), x(overlay.selection.to)];
    context.fillStyle = cssColour('--color-accent');
    context.globalAlpha = 0.15;
    context.fillRect(from, top, to - from, bottom - top);
    context.globalAlpha = 1;
  }
  if (overlay.step !== undefined) {
    const at = Math.round(x(overlay.step)) + 0.5;
    context.strokeStyle = cssColour('--color-border-strong');
    context.beginPath();
    context.moveTo(at, top);
    context.lineTo(at, bottom);
    context.stroke();
  }
  if (overlay.emphasized) drawEmphasized(context, chart, overlay.emphasized, overlay.step);
  context.restore();
}

function drawEmphasized(
  context: CanvasRenderingContext2D,
  chart: CompareChart,
  { main, colour }: ChartLine,
  step: number | undefined,
): void {
  const [x, y] = [chart.scales['x']!, chart.scales['y']!];
  const path = new Path2D();
  let isGap = true;
  main.values.forEach((value, index) => {
    const at = x.getPixelForValue(main.steps[index]!);
    if (Number.isNaN(value)) isGap = true;
    else if (isGap) path.moveTo(at, y.getPixelForValue(value));
    else path.lineTo(at, y.getPixelForValue(value));
    isGap = Number.isNaN(value);
  });
  context.lineJoin = 'round';
  context.strokeStyle = cssColour('--color-surface');
  context.lineWidth = haloWidth;
  context.stroke(path);
  context.strokeStyle = seriesColour(colour);
  context.lineWidth = lineWidth;
  context.stroke(path);
  const value = step === undefined ? undefined : valueAt(main, step);
  if (step === undefined || value === undefined) return;
  context.fillStyle = seriesColour(colour);
  context.beginPath();
  context.arc(x.getPixelForValue(step), y.getPixelForValue(value), dotRadius, 0, 2 * Math.PI);
  context.fill();
}
