import { createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { differencePixels } from './difference-colours';
import { frameDifference, framePixels, type DreamFilm } from './dream-film';
import { drawDistanceStrip } from './distance-strip';
import { drawDifferenceLegend } from './difference-legend';
import { filmstripLayout, type FilmstripLayout } from './filmstrip-layout';
import { figureFont, registerFonts } from './fonts';
import { ink } from './palette';
import { withPngText } from './png-text';

export interface FilmstripText {
  title: string;
  subtitle: string;
  /** Goes into the file's metadata. */
  metadata: Readonly<Record<string, string>>;
}

/** Pixels of the file per pixel of the layout, for print. */
const scale = 2;
/** Whole pixels of the layout per pixel of a frame, so that every frame pixel is drawn as an equal square. */
const frameZoom = 2;

/** Expert, dream and their difference, column by column, over the latent distance of every step, as a PNG. */
export function filmstripPng(film: DreamFilm, text: FilmstripText): Buffer {
  registerFonts();
  const layout = filmstripLayout(film.steps, film.width * frameZoom);
  const canvas = createCanvas(layout.width * scale, layout.height * scale);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.fillStyle = ink.background;
  context.fillRect(0, 0, layout.width, layout.height);
  drawHeading(context, layout, text);
  drawRows(context, layout, film);
  drawDistanceStrip(context, layout, film.latentDistance);
  drawDifferenceLegend(context, layout);
  return withPngText(canvas.toBuffer('image/png'), { Title: text.title, ...text.metadata });
}

function drawHeading(
  context: SKRSContext2D,
  layout: FilmstripLayout,
  { title, subtitle }: FilmstripText,
): void {
  context.fillStyle = ink.text;
  context.font = `600 17px ${figureFont}`;
  context.fillText(title, layout.labelLeft, layout.titleBaseline);
  context.fillStyle = ink.quietText;
  context.font = `13px ${figureFont}`;
  context.fillText(subtitle, layout.labelLeft, layout.subtitleBaseline);
  context.fillText('Step', layout.labelLeft, layout.stepBaseline);
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
    context.font = `600 13px ${figureFont}`;
    context.fillText(label, layout.labelLeft, top + layout.frame / 2 + 5);
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
  context.imageSmoothingEnabled = false;
  context.drawImage(image, left, top, size, (size * height) / width);
  context.strokeStyle = ink.border;
  context.lineWidth = 0.5;
  context.strokeRect(left - 0.25, top - 0.25, size + 0.5, (size * height) / width + 0.5);
}
