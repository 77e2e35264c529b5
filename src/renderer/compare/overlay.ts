import type { CompareChart } from './chart';
import { plotOf } from './curve-painter';
import { strokeCurve } from './draw-lines';
import type { ChartLine } from './lines';

const haloWidth = 6;
const lineWidth = 2.5;

/** One line above all others, on a canvas of its own: the chart below need not be drawn again when the mouse moves. */
export function drawOverlay(
  canvas: HTMLCanvasElement,
  chart: CompareChart,
  line: ChartLine | undefined,
  colours: { readonly line: string; readonly halo: string },
): void {
  const scale = window.devicePixelRatio;
  const [width, height] = [Math.round(chart.width * scale), Math.round(chart.height * scale)];
  const context = canvas.getContext('2d')!;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  else context.clearRect(0, 0, width, height);
  if (!line) return;
  const plot = plotOf(chart);
  context.save();
  context.scale(scale, scale);
  context.beginPath();
  context.rect(plot.left, plot.top, plot.width, plot.height);
  context.clip();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const [colour, ownWidth] of [
    [colours.halo, haloWidth],
    [colours.line, lineWidth],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = ownWidth;
    strokeCurve(context, line.main, plot);
  }
  context.restore();
}
