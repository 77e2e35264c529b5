import type { SKRSContext2D } from '@napi-rs/canvas';
import type { SeriesStyle } from '../../shared/palette';
import { font } from './fonts';
import type { Measure } from './measure';
import { ink } from './palette';

export interface LegendEntry {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly mark: 'line' | 'point';
}

interface PlacedEntry extends LegendEntry {
  /** From the left edge of the row. */
  readonly left: number;
}

const swatch = (mark: LegendEntry['mark'], fontSize: number): number =>
  fontSize * (mark === 'line' ? 2.2 : 0.8);

/** Entries in rows of at most a width. */
export function layOutLegend(
  measure: Measure,
  entries: readonly LegendEntry[],
  fontSize: number,
  width: number,
): PlacedEntry[][] {
  const rows: PlacedEntry[][] = [];
  let left = Infinity;
  for (const entry of entries) {
    const own = swatch(entry.mark, fontSize) + fontSize * 0.5 + measure(entry.label, font(fontSize));
    if (left + own > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1)!.push({ ...entry, left });
    left += own + fontSize * 1.4;
  }
  return rows;
}

export function paintLegend(
  context: SKRSContext2D,
  rows: readonly (readonly PlacedEntry[])[],
  { fontSize, left, top }: { fontSize: number; left: number; top: number },
): void {
  context.save();
  context.font = font(fontSize);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  rows.forEach((row, index) => {
    const baseline = top + index * fontSize * 1.6 + fontSize * 1.1;
    for (const entry of row) {
      const width = swatch(entry.mark, fontSize);
      paintSwatch(context, entry, left + entry.left, baseline - fontSize * 0.35, fontSize);
      context.fillStyle = ink.text;
      context.fillText(entry.label, left + entry.left + width + fontSize * 0.5, baseline);
    }
  });
  context.restore();
}

function paintSwatch(
  context: SKRSContext2D,
  { mark, style }: LegendEntry,
  left: number,
  middle: number,
  fontSize: number,
): void {
  const width = swatch(mark, fontSize);
  const lineWidth = fontSize * 0.15;
  context.beginPath();
  if (mark === 'point') {
    context.arc(left + width / 2, middle, width / 2, 0, 2 * Math.PI);
    context.fillStyle = style.colour;
    context.fill();
    return;
  }
  context.setLineDash(style.dash.map((length) => length * lineWidth));
  context.strokeStyle = style.colour;
  context.lineWidth = lineWidth;
  context.moveTo(left, middle);
  context.lineTo(left + width, middle);
  context.stroke();
  context.setLineDash([]);
}
