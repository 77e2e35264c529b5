interface Overlap {
  source: number;
  /** Share of the target pixel's area, 0 to 1. */
  weight: number;
}

/** Which source rows (or columns) each target one covers, and how much of it. */
function overlaps(sourceSize: number, targetSize: number): Overlap[][] {
  const scale = sourceSize / targetSize;
  return Array.from({ length: targetSize }, (_, target) => {
    const [start, end] = [target * scale, (target + 1) * scale];
    const first = Math.floor(start);
    const last = Math.min(sourceSize, Math.ceil(end - 1e-9));
    return Array.from({ length: last - first }, (_, index) => {
      const source = first + index;
      return { source, weight: (Math.min(end, source + 1) - Math.max(start, source)) / scale };
    });
  });
}

/**
 * Resizes frames `[frames, height, width, channels]` by area averaging: a target pixel is the mean of the source area
 * that it covers, rounded. Also enlarges (each pixel is then mostly one source pixel).
 */
export function resizeFrames(
  frames: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  size: number,
): Uint8Array {
  const rows = overlaps(height, size);
  const columns = overlaps(width, size);
  const frameBytes = height * width * channels;
  const count = frames.length / frameBytes;
  const resized = new Uint8Array(count * size * size * channels);
  let target = 0;
  for (let frame = 0; frame < count; frame++) {
    for (const row of rows) {
      for (const column of columns) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (const { source: y, weight: vertical } of row) {
            const line = frame * frameBytes + y * width * channels + channel;
            for (const { source: x, weight } of column) {
              sum += vertical * weight * frames[line + x * channels]!;
            }
          }
          resized[target++] = Math.round(sum);
        }
      }
    }
  }
  return resized;
}
