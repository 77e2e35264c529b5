/** Where everything of a filmstrip stands, in pixels before scaling. */
export interface FilmstripLayout {
  width: number;
  height: number;
  /** Steps between two columns. */
  stride: number;
  /** One a column. */
  shownSteps: readonly number[];
  /** Last step that the strip under the frames still shows. */
  lastStep: number;
  /** Edge of a square frame. */
  frame: number;
  columnLeft(column: number): number;
  /** Of the expert's, the dream's and the difference's frames. */
  rowTops: readonly [number, number, number];
  /** Horizontal place of a step: the middle of its column, or between two. */
  stepX(step: number): number;
  strip: { top: number; bottom: number };
  labelLeft: number;
  titleBaseline: number;
  subtitleBaseline: number;
  stepBaseline: number;
  legendBaseline: number;
}

const margin = 28;
const labelWidth = 104;
const gap = 8;
const maximumColumns = 10;
const heading = 92;
const stripHeight = 72;

/** @param steps of the dream @param frame edge of a drawn frame */
export function filmstripLayout(steps: number, frame: number): FilmstripLayout {
  const stride = Math.max(1, Math.ceil((steps - 1) / (maximumColumns - 1)));
  const columns = Math.floor((steps - 1) / stride) + 1;
  const shownSteps = Array.from({ length: columns }, (_, column) => column * stride);
  // Up to half a column beyond the last one, where its frame ends.
  const lastStep = Math.min(steps - 1, shownSteps.at(-1)! + Math.floor(stride / 2));
  const pitch = frame + gap;
  const left = margin + labelWidth;
  const rowTops = [0, 1, 2].map((row) => heading + row * pitch) as [number, number, number];
  const stripTop = rowTops[2] + frame + 22;
  const columnLeft = (column: number): number => left + column * pitch;
  return {
    width: left + columns * pitch - gap + margin,
    height: stripTop + stripHeight + 58,
    stride,
    shownSteps,
    lastStep,
    frame,
    columnLeft,
    rowTops,
    stepX: (step) => columnLeft(step / stride) + frame / 2,
    strip: { top: stripTop, bottom: stripTop + stripHeight },
    labelLeft: margin,
    titleBaseline: 36,
    subtitleBaseline: 56,
    stepBaseline: heading - 9,
    legendBaseline: stripTop + stripHeight + 38,
  };
}
