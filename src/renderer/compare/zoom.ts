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

/**
 * The steps to ask for where a range is shown: with something beyond either edge, so that moving the range shows something
 * at once, and in places a quarter of the width apart, so that moving it a little asks nothing anew. Nowhere wider than
 * three times what is shown.
 */
export function rangeToLoad(range: Range): Range {
  const grid = 2 ** (Math.ceil(2 * Math.log2(widthOf(range))) / 2) / 4;
  return {
    from: Math.max(0, (Math.floor(range.from / grid) - 1) * grid),
    to: (Math.ceil(range.to / grid) + 1) * grid,
  };
}

/** Moves by a share of the range's width, to later steps if positive. */
export function pan(range: Range, whole: Range, share: number): Range | undefined {
  const distance = share * widthOf(range);
  return clamp({ from: range.from + distance, to: range.to + distance }, whole);
}
