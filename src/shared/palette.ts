/**
 * Colours that people with any colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008). A method has the
 * same colour in every chart and figure.
 */
export const okabeIto = {
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
} as const;

export const methodColours = {
  ditto: okabeIto.blue,
  'd-gail': okabeIto.purple,
  'd-bc': okabeIto.green,
  bc: okabeIto.vermillion,
} as const;

/** How a curve is drawn. */
export interface SeriesStyle {
  readonly colour: string;
  /** Lengths of dashes and gaps in widths of the line; empty for a solid one. */
  readonly dash: readonly number[];
}

/** Without yellow, which is hardly seen on white. */
const colours = [
  okabeIto.blue,
  okabeIto.vermillion,
  okabeIto.green,
  okabeIto.purple,
  okabeIto.orange,
  okabeIto.skyBlue,
];
const dashes = [[], [4, 2], [1, 1.5], [6, 1.5, 1, 1.5]];

/** Of the curve at a place in a list: first the colours, then the same colours with other dashes. */
export function seriesStyle(index: number): SeriesStyle {
  return {
    colour: colours[index % colours.length]!,
    dash: dashes[Math.floor(index / colours.length) % dashes.length]!,
  };
}
