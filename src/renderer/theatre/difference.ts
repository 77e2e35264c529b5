import { differenceColour } from '../../shared/difference-colours';

/** Colours of the differences -255 to 255, as bytes: looking them up is what lets four panes play smoothly. */
const colours = Uint8Array.from(
  Array.from({ length: 511 }, (_, index) => differenceColour((index - 255) / 255)).flat(),
);

/** Dream minus expert, mean over channels, as an RGB frame: blue where the expert is brighter, vermillion where the dream is. */
export function differenceFrame(expert: Uint8Array, dream: Uint8Array, channels: number): Uint8Array {
  const pixels = expert.length / channels;
  const frame = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const index = pixel * channels + channel;
      sum += dream[index]! - expert[index]!;
    }
    const row = (Math.round(sum / channels) + 255) * 3;
    frame[pixel * 3] = colours[row]!;
    frame[pixel * 3 + 1] = colours[row + 1]!;
    frame[pixel * 3 + 2] = colours[row + 2]!;
  }
  return frame;
}
