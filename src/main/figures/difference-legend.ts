import type { SKRSContext2D } from '@napi-rs/canvas';
import { differenceColour } from './difference-colours';
import type { FilmstripLayout } from './filmstrip-layout';
import { figureFont } from './fonts';
import { ink } from './palette';

const barWidth = 120;
const barHeight = 9;
const textGap = 8;

/** The scale of the difference row: a bar between its two meanings. */
export function drawDifferenceLegend(context: SKRSContext2D, layout: FilmstripLayout): void {
  const baseline = layout.legendBaseline;
  let left = layout.columnLeft(0);
  context.font = `13px ${figureFont}`;
  context.fillStyle = ink.quietText;
  const write = (text: string): void => {
    context.fillStyle = ink.quietText;
    context.fillText(text, left, baseline);
    left += context.measureText(text).width + textGap;
  };
  write('expert brighter');
  for (let pixel = 0; pixel < barWidth; pixel++) {
    context.fillStyle = `rgb(${differenceColour((2 * pixel) / (barWidth - 1) - 1).join(' ')})`;
    context.fillRect(left + pixel, baseline - barHeight, 1, barHeight);
  }
  context.strokeStyle = ink.border;
  context.lineWidth = 0.5;
  context.strokeRect(left - 0.25, baseline - barHeight - 0.25, barWidth + 0.5, barHeight + 0.5);
  left += barWidth + textGap;
  write('dream brighter');
}
