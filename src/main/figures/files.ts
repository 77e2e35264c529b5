import { createCanvas, PDFDocument, SvgExportFlag, type SKRSContext2D } from '@napi-rs/canvas';
import { StudioError } from '../../shared/errors';
import { originTexts, type Figure } from './figure';
import { registerFonts } from './fonts';
import { ink } from './palette';
import { withPngHeader } from './png';
import { tidySvg } from './svg-text';
import { toCsv } from './csv';

const pointsPerInch = 72;
const mostPixels = 100e6;

/** A vector figure whose text is text. */
export function figureToSvg(figure: Figure): string {
  const canvas = createCanvas(figure.width, figure.height, SvgExportFlag.NoPrettyXML);
  paint(figure, canvas.getContext('2d'));
  return tidySvg(canvas.getContent().toString('utf8'), figure, originTexts(figure));
}

/** One page of the figure's size: text as text, fonts inside, PDF/A-2b. */
export function figureToPdf(figure: Figure): Buffer {
  const { Title, Software, Runs, ...rest } = originTexts(figure);
  const document = new PDFDocument({
    title: Title!,
    creator: Software!,
    keywords: Runs!,
    subject: Object.entries(rest)
      .map(([name, text]) => `${name}: ${text}`)
      .join('\n'),
    pdfa: true,
  });
  paint(figure, document.beginPage(figure.width, figure.height) as SKRSContext2D);
  document.endPage();
  return document.close();
}

/**
 * The same in pixels; the file says how many there are to an inch. It is compressed in another thread, since a large one
 * takes seconds. Throws StudioError for one that is too large.
 */
export async function figureToPng(figure: Figure, dotsPerInch: number): Promise<Buffer> {
  const scale = dotsPerInch / pointsPerInch;
  const [width, height] = [Math.round(figure.width * scale), Math.round(figure.height * scale)];
  if (width * height > mostPixels) {
    throw new StudioError(
      `A PNG of ${width} × ${height} pixels is too large: choose fewer dots an inch, or SVG or PDF, which have none.`,
    );
  }
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  paint(figure, context);
  return withPngHeader(await canvas.encode('png'), { dotsPerInch, texts: originTexts(figure) });
}

/** Every number that is drawn, under lines that say where they come from. */
export function figureToCsv(figure: Figure): string {
  return toCsv(figure.table, originTexts(figure));
}

function paint(figure: Figure, context: SKRSContext2D): void {
  registerFonts();
  // The typeface has other glyphs for, say, a hyphen between digits, and SVG and PDF lose what they stand for.
  context.textRendering = 'optimizeSpeed';
  context.fillStyle = ink.background;
  context.fillRect(0, 0, figure.width, figure.height);
  figure.paint(context);
}
