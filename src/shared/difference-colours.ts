import { okabeIto } from './palette';

type Colour = readonly [number, number, number];

/** Ends of the scale: where the expert's frame is brighter, and where the dream's is. */
export const differenceColours = { expert: okabeIto.blue, dream: okabeIto.vermillion } as const;

const channelsOf = (hex: string): Colour =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as never;
const white: Colour = [255, 255, 255];
const expert = channelsOf(differenceColours.expert);
const dream = channelsOf(differenceColours.dream);

/** White for no difference, towards a full colour at -1 (expert brighter) and 1 (dream brighter). */
export function differenceColour(difference: number): Colour {
  const end = difference < 0 ? expert : dream;
  const share = Math.min(1, Math.abs(difference));
  return [0, 1, 2].map((channel) =>
    Math.round(white[channel]! + share * (end[channel]! - white[channel]!)),
  ) as never;
}

/** Differences `[pixels]` as RGBA pixels. */
export function differencePixels(difference: Float32Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(difference.length * 4);
  difference.forEach((value, pixel) => pixels.set([...differenceColour(value), 255], pixel * 4));
  return pixels;
}
