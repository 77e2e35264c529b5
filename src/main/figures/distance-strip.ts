import type { SKRSContext2D } from '@napi-rs/canvas';
import { ceilingOf } from '../../shared/ceiling';
import type { FilmstripLayout } from './filmstrip-layout';
import { font } from './fonts';
import { ink, roleColours } from './palette';

/** The latent distance of every step, each under its frame. */
export function drawDistanceStrip(
  context: SKRSContext2D,
  layout: FilmstripLayout,
  latentDistance: Float32Array,
): void {
  const { strip, stepX, lastStep } = layout;
  const shown = latentDistance.subarray(0, lastStep + 1);
  const top = ceilingOf(Math.max(...shown));
  const y = (value: number): number => strip.bottom - (value / top) * (strip.bottom - strip.top);
  drawAxis(context, layout, top, y);

  context.beginPath();
  shown.forEach((value, step) => context.lineTo(stepX(step), y(value)));
  context.strokeStyle = roleColours.ditto;
  context.lineWidth = layout.fontSize * 0.14;
  context.lineJoin = 'round';
  context.stroke();
  context.lineTo(stepX(lastStep), strip.bottom);
  context.lineTo(stepX(0), strip.bottom);
  context.globalAlpha = 0.12;
  context.fillStyle = roleColours.ditto;
  context.fill();
  context.globalAlpha = 1;
  for (const step of layout.shownSteps)
    drawPoint(context, stepX(step), y(latentDistance[step]!), layout.fontSize * 0.2);
}

function drawAxis(
  context: SKRSContext2D,
  layout: FilmstripLayout,
  top: number,
  y: (value: number) => number,
): void {
  const { fontSize } = layout;
  const right = layout.columnLeft(layout.shownSteps.length - 1) + layout.frame;
  context.lineWidth = 0.5;
  context.font = font(fontSize * 0.92);
  context.textAlign = 'right';
  for (const value of [0, top / 2, top]) {
    context.strokeStyle = value === 0 ? ink.border : ink.grid;
    context.beginPath();
    context.moveTo(layout.columnLeft(0), y(value));
    context.lineTo(right, y(value));
    context.stroke();
    // The middle's would stand in the strip's name.
    if (value === top / 2) continue;
    context.fillStyle = ink.quietText;
    context.fillText(
      String(Number(value.toPrecision(3))),
      layout.columnLeft(0) - fontSize * 0.5,
      y(value) + fontSize * 0.32,
    );
  }
  context.textAlign = 'left';
  context.fillStyle = ink.text;
  context.font = font(fontSize, 600);
  const middle = (layout.strip.top + layout.strip.bottom) / 2;
  context.fillText('Latent', layout.margin, middle - fontSize * 0.25);
  context.fillText('distance', layout.margin, middle + fontSize);
}

function drawPoint(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = roleColours.ditto;
  context.fill();
}
