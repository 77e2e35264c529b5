import { createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { differencePixels } from '../../shared/difference-colours';
import type { FilmstripLayout } from './filmstrip-layout';
import { font } from './fonts';
import { ink } from './palette';

/** The scale of the difference row: a bar between its two meanings. */
export function drawDifferenceLegend(context: SKRSContext2D, layout: FilmstripLayout): void {
  const { fontSize, legendBaseline: baseline } = layout;
  const [barWidth, barHeight, textGap] = [fontSize * 8, fontSize * 0.7, fontSize * 0.6];
  const steps = 64;
  let left = layout.columnLeft(0);
  context.font = font(fontSize * 0.92);
  const write = (text: string): void => {
    context.fillStyle = ink.quietText;
    context.fillText(text, left, baseline);
    left += context.measureText(text).width + textGap;
  };
  write('expert brighter');
  const scale = createCanvas(steps, 1);
  scale
    .getContext('2d')
    .putImageData(
      new ImageData(
        differencePixels(Float32Array.from({ length: steps }, (_, at) => (2 * at) / (steps - 1) - 1)),
        steps,
        1,
      ),
      0,
      0,
    );
  context.drawImage(scale, left, baseline - barHeight, barWidth, barHeight);
  context.strokeStyle = ink.border;
  context.lineWidth = 0.25;
  context.strokeRect(left, baseline - barHeight, barWidth, barHeight);
  left += barWidth + textGap;
  write('dream brighter');
}
