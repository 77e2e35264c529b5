import type { SeriesStyle } from '../../shared/palette';
import type { BandPoint } from './marks';
import type { ReferenceLine } from './reference-lines';

/** A value that is no finite number is a gap. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

export interface CurveSeries {
  /** The same label in several panels is one entry of the legend. */
  readonly label: string;
  readonly style: SeriesStyle;
  readonly points: readonly CurvePoint[];
  /** What `points` are, for the table: `measured`, `smoothed`, `mean`. */
  readonly line: string;
  /** The curve as measured, drawn faintly below a smoothed one. */
  readonly measured?: readonly CurvePoint[];
  readonly band?: readonly BandPoint[];
}

/** One measure, on an axis of its own. */
export interface CurvePanel {
  readonly title: string;
  readonly series: readonly CurveSeries[];
  readonly references?: readonly ReferenceLine[];
}
