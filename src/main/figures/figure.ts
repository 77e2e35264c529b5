import type { SKRSContext2D } from '@napi-rs/canvas';

/** Something that can be drawn into a file of any format. */
export interface Figure {
  readonly title: string;
  /** What is shown, in a line. */
  readonly description: string;
  /** What there is to see, in words and numbers, for those who do not see it. */
  readonly summary: string;
  /** In points, 72 an inch. */
  readonly width: number;
  readonly height: number;
  /** Draws it, in points, on a white ground. */
  paint(context: SKRSContext2D): void;
  /** Every number that is drawn, and no other. */
  readonly table: FigureTable;
  readonly origin: FigureOrigin;
}

export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Four digits, as summaries have them. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(4))).replace('-', '−');

/** Where a figure comes from: written into each of its files. */
export interface FigureOrigin {
  /** e.g. `DITTO Studio 0.1.0` */
  readonly software: string;
  /** Ids of the runs that it shows, and of those that they were made from. */
  readonly runs: readonly string[];
  /** Of the software that made those runs. */
  readonly versions: readonly string[];
  /** What was asked for, as JSON: enough to draw it again. */
  readonly request: string;
}

/** The same words in every format. */
export function originTexts({ title, origin }: Figure): Record<string, string> {
  return {
    Title: title,
    Software: origin.software,
    Runs: origin.runs.join(', '),
    Versions: origin.versions.join('; '),
    Figure: origin.request,
  };
}
