import { createCanvas, SvgExportFlag, type SKRSContext2D } from '@napi-rs/canvas';
import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  SubTitle,
  Title,
} from 'chart.js';
import type { ChartConfiguration } from 'chart.js';
import { figureFont, registerFonts } from './fonts';
import { ink } from './palette';
import { withPngText } from './png-text';
import { tidySvg } from './svg-text';

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Title, SubTitle);
// Titles and ticks take their typeface from here, whatever a chart's own options say.
Chart.defaults.font.family = figureFont;

/** A chart, and what its file says about itself. */
export interface Figure {
  title: string;
  configuration: ChartConfiguration;
  /** In pixels of the SVG. */
  width: number;
  height: number;
  /** Goes into the file's metadata, e.g. `{runs: '20261122-131405-agent-ab12'}`. */
  metadata: Readonly<Record<string, string>>;
}

/** A vector figure whose text is text. */
export function figureToSvg(figure: Figure): string {
  const canvas = createCanvas(figure.width, figure.height, SvgExportFlag.NoPrettyXML);
  draw(figure, canvas, 1).destroy();
  return tidySvg(canvas.getContent().toString('utf8'), figure.title, figure.metadata);
}

/** The same in pixels, `scale` of them a pixel of the SVG. */
export function figureToPng(figure: Figure, scale = 2): Buffer {
  const canvas = createCanvas(figure.width, figure.height);
  const chart = draw(figure, canvas, scale);
  const png = canvas.toBuffer('image/png');
  chart.destroy(); // which empties the canvas
  return withPngText(png, { Title: figure.title, ...figure.metadata });
}

function draw(
  { configuration, width, height }: Figure,
  canvas: { getContext(kind: '2d'): unknown },
  scale: number,
): Chart {
  registerFonts();
  return new Chart(canvas as never, {
    ...configuration,
    options: {
      ...configuration.options,
      color: ink.text,
      animation: false,
      responsive: false,
      devicePixelRatio: scale,
    },
    plugins: [
      ...(configuration.plugins ?? []),
      {
        id: 'ground',
        beforeUpdate: ({ ctx }) => {
          // The typeface has other glyphs for, say, a hyphen between digits, and the SVG loses what they stand for.
          (ctx as unknown as SKRSContext2D).textRendering = 'optimizeSpeed';
        },
        beforeDraw: ({ ctx }) => {
          ctx.fillStyle = ink.background;
          ctx.fillRect(0, 0, width, height);
        },
      },
    ],
  });
}
