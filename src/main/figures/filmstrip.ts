import { createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import type { FigureSize } from '../../shared/figures';
import { differencePixels } from '../../shared/difference-colours';
import { drawDifferenceLegend } from './difference-legend';
import { drawDistanceStrip } from './distance-strip';
import { frameDifference, framePixels, type DreamFilm } from './dream-film';
import { shortNumber, type Figure, type FigureOrigin } from './figure';
import { filmstripLayout, type FilmstripLayout } from './filmstrip-layout';
import { font } from './fonts';
import { layOutHeading, paintHeading } from './heading';
import { measuring } from './measure';
import { ink } from './palette';

export interface Filmstrip {
  readonly title: string;
  readonly subtitle: string;
  readonly film: DreamFilm;
  /** Frames of a row; as many as fit well, unless given. */
  readonly columns: number | undefined;
  readonly size: FigureSize;
  readonly origin: FigureOrigin;
}

/** Programs that show SVG and PDF smooth the pixels of an image that they enlarge: a frame is enlarged before. */
const frameZoom = 4;

/** Expert, dream and their difference, column by column, over the latent distance of every step. */
export function filmstrip({ title, subtitle, film, columns, size, origin }: Filmstrip): Figure {
  const heading = layOutHeading(measuring(), title, subtitle, size);
  const layout = filmstripLayout(film.steps, size, heading.height, columns);
  const { shownSteps, lastStep, margin } = layout;
  return {
    title,
    description: subtitle,
    summary: summaryOf(film, shownSteps),
    width: layout.width,
    height: layout.height,
    origin,
    table: {
      columns: ['step', 'latent distance', 'frames shown'],
      rows: Array.from({ length: lastStep + 1 }, (_, step) => [
        step,
        film.latentDistance[step]!,
        shownSteps.includes(step) ? 'yes' : 'no',
      ]),
    },
    paint: (context) => {
      paintHeading(context, heading, margin, margin);
      drawSteps(context, layout);
      drawRows(context, layout, film);
      drawDistanceStrip(context, layout, film.latentDistance);
      drawDifferenceLegend(context, layout);
    },
  };
}

function summaryOf({ latentDistance, steps }: DreamFilm, shownSteps: readonly number[]): string {
  const last = steps - 1;
  return (
    `${shownSteps.length} frames each, from step 0 to step ${shownSteps.at(-1)}. Latent distance ` +
    `${shortNumber(latentDistance[last]!)} at step ${last}, at most ${shortNumber(Math.max(...latentDistance))}.`
  );
}

function drawSteps(context: SKRSContext2D, layout: FilmstripLayout): void {
  context.fillStyle = ink.quietText;
  context.font = font(layout.fontSize * 0.92);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillText('Step', layout.margin, layout.stepBaseline);
  context.textAlign = 'center';
  for (const step of layout.shownSteps) {
    context.fillText(String(step), layout.stepX(step), layout.stepBaseline);
  }
  context.textAlign = 'left';
}

function drawRows(context: SKRSContext2D, layout: FilmstripLayout, film: DreamFilm): void {
  const rows = [
    { label: 'Expert', pixels: (step: number) => framePixels(film, film.expertFrames, step) },
    { label: 'Dream', pixels: (step: number) => framePixels(film, film.dreamFrames, step) },
    { label: 'Difference', pixels: (step: number) => differencePixels(frameDifference(film, step)) },
  ];
  for (const [row, { label, pixels }] of rows.entries()) {
    const top = layout.rowTops[row]!;
    context.fillStyle = ink.text;
    context.font = font(layout.fontSize, 600);
    context.fillText(label, layout.margin, top + layout.frame / 2 + layout.fontSize * 0.35);
    for (const [column, step] of layout.shownSteps.entries()) {
      drawFrame(context, pixels(step), film, layout.columnLeft(column), top, layout.frame);
    }
  }
}

function drawFrame(
  context: SKRSContext2D,
  pixels: Uint8ClampedArray,
  { width, height }: DreamFilm,
  left: number,
  top: number,
  size: number,
): void {
  const image = createCanvas(width, height);
  image.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  const enlarged = createCanvas(width * frameZoom, height * frameZoom);
  const enlarging = enlarged.getContext('2d');
  enlarging.imageSmoothingEnabled = false;
  enlarging.drawImage(image, 0, 0, enlarged.width, enlarged.height);
  const drawnHeight = (size * height) / width;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(enlarged, left, top, size, drawnHeight);
  context.strokeStyle = ink.border;
  context.lineWidth = 0.25;
  context.strokeRect(left, top, size, drawnHeight);
}
