import { StudioError } from '../../shared/errors';
import { decodeSafetensors, type StoredTensor } from '../trainer/safetensors';

/** An expert's episode and an agent's dream from the same state, step beside step. */
export interface DreamFilm {
  steps: number;
  height: number;
  width: number;
  channels: number;
  /** `[steps, height, width, channels]` */
  expertFrames: Uint8Array;
  /** `[steps, height, width, channels]`, as the world model paints them */
  dreamFrames: Uint8Array;
  /** `[steps]`; 0 at the state they share */
  latentDistance: Float32Array;
}

/** Reads `dream.safetensors` of an agent's run. Throws StudioError naming `source` if it is something else. */
export function readDreamFilm(bytes: Uint8Array, source: string): DreamFilm {
  const tensors = decodeSafetensors(bytes, source);
  const frames = tensors['expertFrames'];
  const [steps = 0, height = 0, width = 0, channels = 0] = frames?.shape ?? [];
  const has = (tensor: StoredTensor | undefined, shape: readonly number[]): boolean =>
    tensor?.shape.join() === shape.join();
  const sound =
    (channels === 1 || channels === 3) &&
    frames?.data instanceof Uint8Array &&
    tensors['dreamFrames']?.data instanceof Uint8Array &&
    tensors['latentDistance']?.data instanceof Float32Array &&
    has(tensors['dreamFrames'], frames.shape) &&
    has(tensors['latentDistance'], [steps]) &&
    steps >= 2;
  if (!sound)
    throw new StudioError(`This is not a dream that can be drawn: train the agent again. ${source}`);
  return {
    ...{ steps, height, width, channels },
    expertFrames: frames.data as Uint8Array,
    dreamFrames: tensors['dreamFrames']!.data as Uint8Array,
    latentDistance: tensors['latentDistance']!.data as Float32Array,
  };
}

/** The frame at `step` as RGBA pixels. */
export function framePixels(film: DreamFilm, frames: Uint8Array, step: number): Uint8ClampedArray {
  const { height, width, channels } = film;
  const pixels = new Uint8ClampedArray(height * width * 4);
  const start = step * height * width * channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      pixels[pixel * 4 + colour] = frames[start + pixel * channels + (channels === 3 ? colour : 0)]!;
    }
    pixels[pixel * 4 + 3] = 255;
  }
  return pixels;
}

/** Dream minus expert, from -1 to 1, mean over colours, `[height * width]`. */
export function frameDifference(film: DreamFilm, step: number): Float32Array {
  const { height, width, channels, expertFrames, dreamFrames } = film;
  const difference = new Float32Array(height * width);
  const start = step * difference.length * channels;
  for (let index = 0; index < difference.length * channels; index++) {
    const change = dreamFrames[start + index]! - expertFrames[start + index]!;
    difference[Math.floor(index / channels)]! += change / (255 * channels);
  }
  return difference;
}
