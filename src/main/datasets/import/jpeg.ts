import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { NpyArray } from './npy';

const LARGEST_SIDE = 4096;

/** JPEGs, one a step, as RGB pixels `[steps, height, width, 3]`. Throws Error unless all are of one size. */
export async function decodeJpegs(pictures: readonly Uint8Array[]): Promise<NpyArray> {
  let size: [number, number] | undefined;
  const decoded: Uint8Array[] = [];
  for (const [step, picture] of pictures.entries()) {
    if (!isJpeg(picture)) throw new Error(`the picture of step ${step} is no JPEG`);
    const image = await loadImage(Buffer.from(picture));
    const { width, height } = image;
    size ??= [height, width];
    if (size[0] !== height || size[1] !== width || Math.max(...size) > LARGEST_SIDE) {
      throw new Error(`the picture of step ${step} is of ${width} by ${height} pixels`);
    }
    const context = createCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    decoded.push(withoutAlpha(context.getImageData(0, 0, width, height).data));
  }
  const [height, width] = size ?? [0, 0];
  return { type: '|u1', shape: [pictures.length, height, width, 3], bytes: Buffer.concat(decoded) };
}

function withoutAlpha(colours: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array((colours.length / 4) * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = colours[at + Math.floor(at / 3)]!;
  return pixels;
}

export const isJpeg = (data: Uint8Array): boolean => data[0] === 0xff && data[1] === 0xd8;
