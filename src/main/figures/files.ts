import { createCanvas, PDFDocument, SvgExportFlag, type SKRSContext2D } from '@napi-rs/canvas';
import { originTexts, type Figure } from './figure';
import { registerFonts } from './fonts';
import { ink } from './palette';
import { withPngHeader } from './png';
import { tidySvg } from './svg-text';
import { toCsv } from './csv';

const pointsPerInch = 72;

/** A vector figure whose text is text. */
export function figureToSvg(figure: Figure): string {
  const canvas = createCanvas(figure.width, figure.height, SvgExportFlag.NoPrettyXML);
  paint(figure, canvas.getContext('2d'));
  return tidySvg(canvas.getContent().toString('utf8'), figure.title, originTexts(figure));
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

/** The same in pixels; the file says how many there are to an inch. */
export function figureToPng(figure: Figure, dotsPerInch: number): Buffer {
  const scale = dotsPerInch / pointsPerInch;
  const canvas = createCanvas(Math.round(figure.width * scale), Math.round(figure.height * scale));
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  paint(figure, context);
  return withPngHeader(canvas.toBuffer('image/png'), { dotsPerInch, texts: originTexts(figure) });
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
