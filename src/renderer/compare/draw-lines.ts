import type { Curve } from '../../shared/compare';
import { seriesDash } from '../components/series-colours';
import { firstAtOrAfter, type ChartLine } from './lines';
import type { Range } from './view';

/** A part of a canvas, in CSS pixels, and what its edges stand for. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Steps from the left edge to the right one. */
  readonly steps: Range;
  /** Values from the bottom to the top. */
  readonly values: Range;
}

/** With more points than this, lines are as thin as the screen has them: without a GPU, wider ones take 20 times as long. */
const mostPointsOfWideLines = 5000;
/** Points that are so few that one wants to see where they are. */
const mostDots = 30;
const lineWidth = 1.5;
const dotRadius = 2.5;
const bandOpacity = 0.18;
const measuredOpacity = 0.35;

/** @param colours of the series, see `seriesColours` */
export function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly ChartLine[],
  plot: Plot,
  colours: readonly string[],
): void {
  const hairline = 1 / window.devicePixelRatio;
  const isDense = lines.reduce((sum, { main }) => sum + main.steps.length, 0) > mostPointsOfWideLines;
  const colourOf = ({ colour }: ChartLine): string => colours[colour % colours.length]!;
  context.save();
  context.beginPath();
  context.rect(
    plot.left - dotRadius,
    plot.top - dotRadius,
    plot.width + 2 * dotRadius,
    plot.height + 2 * dotRadius,
  );
  context.clip();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.lineWidth = hairline;
  context.globalAlpha = measuredOpacity;
  for (const line of lines) {
    if (!line.measured) continue;
    context.strokeStyle = colourOf(line);
    strokeCurve(context, line.measured, plot);
  }
  context.globalAlpha = bandOpacity;
  for (const line of lines) {
    context.fillStyle = colourOf(line);
    fillBand(context, line, plot);
  }
  context.globalAlpha = 1;
  context.lineWidth = isDense ? hairline : lineWidth;
  for (const line of lines) {
    context.strokeStyle = colourOf(line);
    context.fillStyle = colourOf(line);
    context.setLineDash(isDense ? [] : [...seriesDash(line.colour)]);
    strokeCurve(context, line.main, plot);
    if (line.main.steps.length <= mostDots) drawDots(context, line.main, plot);
  }
  context.restore();
}

/** Solid wide lines are stroked in pieces: a long path that crosses itself takes several times as long. */
const pointsOfPiece = 16;

/** The curve as far as it is shown, in the style of the context. */
export function strokeCurve(context: CanvasRenderingContext2D, curve: Curve, plot: Plot): void {
  const { x, y } = scalesOf(plot);
  const isWide = context.lineWidth * window.devicePixelRatio > 1;
  const piece = isWide && context.getLineDash().length === 0 ? pointsOfPiece : Infinity;
  const [begin, end] = shownPart(curve.steps, plot.steps);
  let points = 0;
  context.beginPath();
  for (let index = begin; index < end; index++) {
    const value = curve.values[index]!;
    if (Number.isNaN(value)) {
      // A path would go on after a gap as if it had not been.
      points = 0;
      continue;
    }
    const [atX, atY] = [x(curve.steps[index]!), y(value)];
    if (points === 0) context.moveTo(atX, atY);
    else context.lineTo(atX, atY);
    if (++points % piece !== 0) continue;
    context.stroke();
    context.beginPath();
    context.moveTo(atX, atY);
  }
  context.stroke();
}

function fillBand(context: CanvasRenderingContext2D, { main, band }: ChartLine, plot: Plot): void {
  if (!band) return;
  const { x, y } = scalesOf(plot);
  const [begin, end] = shownPart(main.steps, plot.steps);
  context.beginPath();
  for (let index = begin; index < end; index++) context.lineTo(x(main.steps[index]!), y(band.high[index]!));
  for (let index = end - 1; index >= begin; index--)
    context.lineTo(x(main.steps[index]!), y(band.low[index]!));
  context.fill();
}

function drawDots(context: CanvasRenderingContext2D, { steps, values }: Curve, plot: Plot): void {
  const { x, y } = scalesOf(plot);
  steps.forEach((step, index) => {
    if (Number.isNaN(values[index])) return;
    context.beginPath();
    context.arc(x(step), y(values[index]!), dotRadius, 0, 2 * Math.PI);
    context.fill();
  });
}

export interface Scales {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
}

export function scalesOf({ left, top, width, height, steps, values }: Plot): Scales {
  const [perStep, perValue] = [width / (steps.to - steps.from), height / (values.to - values.from)];
  return {
    x: (step) => left + (step - steps.from) * perStep,
    y: (value) => top + (values.to - value) * perValue,
  };
}

/** Indices of the points in a range with their neighbours outside, the end not included. */
function shownPart(steps: Float64Array, { from, to }: Range): [begin: number, end: number] {
  return [
    Math.max(0, firstAtOrAfter(steps, from) - 1),
    Math.min(steps.length, firstAtOrAfter(steps, to) + 1),
  ];
}

/** From the lowest value that is shown to the highest; undefined where none is. */
export function valueRange(lines: readonly ChartLine[], range: Range): Range | undefined {
  let [from, to] = [Infinity, -Infinity];
  const take = (steps: Float64Array, values: Float64Array): void => {
    const [begin, end] = shownPart(steps, range);
    for (let index = begin; index < end; index++) {
      const value = values[index]!;
      if (value < from) from = value;
      if (value > to) to = value;
    }
  };
  for (const { main, measured, band } of lines) {
    take(main.steps, main.values);
    if (measured) take(measured.steps, measured.values);
    if (band) for (const edge of [band.low, band.high]) take(main.steps, edge);
  }
  return from <= to ? { from, to } : undefined;
}
