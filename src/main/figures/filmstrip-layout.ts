import type { FigureSize } from '../../shared/figures';

/** Where everything of a filmstrip stands, in points. */
export interface FilmstripLayout {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
  /** Steps between two columns. */
  readonly stride: number;
  /** One a column. */
  readonly shownSteps: readonly number[];
  /** Last step that the strip under the frames still shows. */
  readonly lastStep: number;
  /** Edge of a square frame. */
  readonly frame: number;
  columnLeft(column: number): number;
  /** Of the expert's, the dream's and the difference's frames. */
  readonly rowTops: readonly [number, number, number];
  /** Horizontal place of a step: the middle of its column, or between two. */
  stepX(step: number): number;
  readonly strip: { readonly top: number; readonly bottom: number };
  readonly margin: number;
  readonly stepBaseline: number;
  readonly legendBaseline: number;
}

const mostColumns = 10;
/** A frame smaller than this many letters' heights is hard to read. */
const smallestFrame = 4.5;
const labelWidth = 5.8;

/**
 * @param steps of the dream
 * @param headingHeight what stands above the frames takes
 * @param columns as many as fit well, unless given
 */
export function filmstripLayout(
  steps: number,
  { width, fontSize }: FigureSize,
  headingHeight: number,
  columns?: number,
): FilmstripLayout {
  const margin = Math.round(fontSize * 0.8);
  const gap = fontSize * 0.4;
  const left = margin + labelWidth * fontSize;
  const room = width - margin - left;
  const fitting = Math.floor((room + gap) / (smallestFrame * fontSize + gap));
  const wanted = Math.max(2, columns ?? Math.min(mostColumns, fitting));
  const stride = Math.max(1, Math.ceil((steps - 1) / (wanted - 1)));
  const count = Math.floor((steps - 1) / stride) + 1;
  const shownSteps = Array.from({ length: count }, (_, column) => column * stride);
  const frame = (room - (count - 1) * gap) / count;
  // Up to half a column beyond the last one, where its frame ends.
  const lastStep = Math.min(steps - 1, shownSteps.at(-1)! + Math.floor(stride / 2));
  const framesTop = margin + headingHeight + fontSize * 1.5;
  const rowTops = [0, 1, 2].map((row) => framesTop + row * (frame + gap)) as [number, number, number];
  const stripTop = rowTops[2] + frame + fontSize * 1.1;
  const stripBottom = stripTop + Math.max(fontSize * 4, frame * 0.7);
  const columnLeft = (column: number): number => left + column * (frame + gap);
  return {
    width,
    height: Math.ceil(stripBottom + fontSize * 2.2 + margin),
    fontSize,
    stride,
    shownSteps,
    lastStep,
    frame,
    columnLeft,
    rowTops,
    stepX: (step) => columnLeft(step / stride) + frame / 2,
    strip: { top: stripTop, bottom: stripBottom },
    margin,
    stepBaseline: framesTop - fontSize * 0.6,
    legendBaseline: stripBottom + fontSize * 2,
  };
}
