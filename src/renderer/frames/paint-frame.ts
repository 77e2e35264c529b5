/** Height, width, channels of an observation. */
export type FrameShape = readonly [number, number, number];

/**
 * Paints an observation at its own size, grey or RGB, values 0 to 255; CSS enlarges the canvas without smoothing. With
 * several frames in `pixels`, paints frame `index`, `left` pixels from the canvas' left edge.
 */
export function paintFrame(
  context: CanvasRenderingContext2D,
  pixels: Uint8Array,
  [height, width, channels]: FrameShape,
  { index = 0, left = 0 } = {},
): void {
  const image = context.createImageData(width, height);
  const target = image.data;
  let source = index * height * width * channels;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let pixel = 0; pixel < target.length; pixel += 4) {
    target[pixel] = pixels[source]!;
    target[pixel + 1] = pixels[source + green]!;
    target[pixel + 2] = pixels[source + blue]!;
    target[pixel + 3] = 255;
    source += channels;
  }
  context.putImageData(image, left, 0);
}
