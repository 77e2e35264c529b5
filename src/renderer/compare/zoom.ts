import type { Range } from './view';

/** Never closer than this many steps. */
const smallestWidth = 2;

export const widthOf = ({ from, to }: Range): number => to - from;

/** The range, moved and shrunk so that it lies in the whole; undefined where that is all of it. */
export function clamp({ from, to }: Range, whole: Range): Range | undefined {
  const width = Math.max(to - from, smallestWidth);
  if (width >= widthOf(whole)) return undefined;
  const start = Math.min(Math.max(from, whole.from), whole.to - width);
  return { from: start, to: start + width };
}

/** Closer by a factor above 1, farther by one below, with the step `center` kept where it is. */
export function zoom(range: Range, whole: Range, center: number, factor: number): Range | undefined {
  const scaled = Math.max(widthOf(range) / factor, smallestWidth) / widthOf(range);
  const from = center - (center - range.from) * scaled;
  return clamp({ from, to: from + widthOf(range) * scaled }, whole);
}

const margin = 0.25;

/** With a part beyond either edge, so that moving the range shows something at once. */
export const wider = (range: Range): Range => ({
  from: Math.max(0, range.from - margin * widthOf(range)),
  to: range.to + margin * widthOf(range),
});

/** Moves by a share of the range's width, to later steps if positive. */
export function pan(range: Range, whole: Range, share: number): Range | undefined {
  const distance = share * widthOf(range);
  return clamp({ from: range.from + distance, to: range.to + distance }, whole);
}
