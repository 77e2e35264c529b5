import type { SKRSContext2D } from '@napi-rs/canvas';
import type { FigureSize } from '../../shared/figures';
import { font } from './fonts';
import type { Measure } from './measure';
import { ink } from './palette';

export interface Heading {
  readonly titleLines: readonly string[];
  readonly subtitleLines: readonly string[];
  readonly fontSize: number;
  /** 0 where the figure has none. */
  readonly height: number;
}

const titleSize = 1.2;
const titleLeading = 1.6;
const subtitleSize = 0.9;
const subtitleLeading = 1.35;

/** Title and subtitle in lines that fit the figure. */
export function layOutHeading(measure: Measure, title: string, subtitle: string, size: FigureSize): Heading {
  const { fontSize, heading, width } = size;
  const room = width - 2 * fontSize;
  const lines = (text: string, ofFont: string) => (heading ? wrapText(measure, text, ofFont, room) : []);
  const titleLines = lines(title, font(fontSize * titleSize, 600));
  const subtitleLines = lines(subtitle, font(fontSize * subtitleSize));
  const height = fontSize * (titleLines.length * titleLeading + subtitleLines.length * subtitleLeading);
  return { titleLines, subtitleLines, fontSize, height };
}

/** Breaks a text between words into lines of at most a width; a single word that is wider stays whole. */
export function wrapText(measure: Measure, text: string, ofFont: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && measure(longer, ofFont) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export function paintHeading(context: SKRSContext2D, heading: Heading, left: number, top: number): void {
  const { titleLines, subtitleLines, fontSize } = heading;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  let baseline = top + fontSize * (titleSize - 0.05);
  context.fillStyle = ink.text;
  context.font = font(fontSize * titleSize, 600);
  for (const line of titleLines) {
    context.fillText(line, left, baseline);
    baseline += fontSize * titleLeading;
  }
  context.fillStyle = ink.quietText;
  context.font = font(fontSize * subtitleSize);
  baseline -= fontSize * 0.25;
  for (const line of subtitleLines) {
    context.fillText(line, left, baseline);
    baseline += fontSize * subtitleLeading;
  }
}
