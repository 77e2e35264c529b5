import { StudioError } from '../../../shared/errors';
import { numbersOf, type NpyArray } from './npy';
import { actionsOf, type SourceActions } from './source-actions';
import { readPixels, type PixelUnit } from './source-pixels';

/** The names under which formats keep an array, most specific first. */
const NAMES = {
  images: ['image', 'images', 'observation', 'observations', 'obs', 'frames', 'img'],
  actions: ['action', 'actions', 'act', 'acts'],
  rewards: ['reward', 'rewards', 'rews'],
  firsts: ['is_first', 'reset', 'resets'],
  lasts: ['is_last'],
  terminals: ['is_terminal', 'terminal', 'terminals', 'terminated', 'terminations', 'done', 'dones'],
  truncations: ['truncated', 'truncations', 'timeouts'],
} as const;
export type ArrayRole = keyof typeof NAMES;

/** The arrays of one file by what they mean; `[time, ...]` each. */
export interface SourceArrays {
  frames: Frames | null;
  actions: SourceActions;
  /** Null where the source has none. */
  rewards: Float64Array | null;
  firsts: Float64Array | null;
  lasts: Float64Array | null;
  terminals: Float64Array | null;
  truncations: Float64Array | null;
  /** Named as the Dreamer family does, where rewards belong to the observation that they came with. */
  dreamerNames: boolean;
}

export interface Frames {
  /** `[height, width, channels]` */
  shape: [number, number, number];
  count: number;
  pixels: Uint8Array;
  unit: PixelUnit;
}

export function isWanted(roles: readonly ArrayRole[]): (key: string) => boolean {
  const names = new Set<string>(roles.flatMap((role) => NAMES[role]));
  return (key) => names.has(key);
}

export const allRoles = Object.keys(NAMES) as ArrayRole[];

/** The most specific name of an array of that role, if one of the names is there. */
export function nameOf(role: ArrayRole, names: Pick<ReadonlySet<string>, 'has'>): string | undefined {
  return NAMES[role].find((candidate) => names.has(candidate));
}

/** Finds and checks a file's arrays. `what` names the file in messages. @param unit of the source's pixels, if known */
export function sourceArrays(
  arrays: ReadonlyMap<string, NpyArray>,
  what: string,
  unit?: PixelUnit,
): SourceArrays {
  const find = (role: ArrayRole): NpyArray | undefined => {
    const name = nameOf(role, arrays);
    return name === undefined ? undefined : arrays.get(name);
  };
  const series = (role: ArrayRole): Float64Array | null => {
    const array = find(role);
    if (!array) return null;
    if (array.shape.slice(1).some((size) => size !== 1)) {
      throw new StudioError(
        `The ${role} of ${what} have shape (${array.shape.join(', ')}) where one number a step is expected: import a file of one environment.`,
      );
    }
    return numbersOf(array);
  };
  const actions = find('actions');
  if (!actions) {
    throw new StudioError(
      `${what} has no actions (looked for ${NAMES.actions.join(', ')}): export them under one of these names.`,
    );
  }
  const images = find('images');
  return {
    frames: images ? framesOf(images, what, unit) : null,
    actions: actionsOf(actions, what),
    rewards: series('rewards'),
    firsts: series('firsts'),
    lasts: series('lasts'),
    terminals: series('terminals'),
    truncations: series('truncations'),
    dreamerNames: ['is_first', 'is_last', 'is_terminal'].some((name) => arrays.has(name)),
  };
}

export function requireFramesOf({ frames }: SourceArrays, what: string): Frames {
  if (frames) return frames;
  throw new StudioError(
    `${what} has no images (looked for ${NAMES.images.join(', ')}): export them under one of these names.`,
  );
}

export function framesOf(array: NpyArray, what: string, knownUnit?: PixelUnit): Frames {
  const { shape } = array;
  const refuse = (problem: string): StudioError =>
    new StudioError(
      `The images of ${what} ${problem}: export pixels as uint8, or as floating-point numbers, of shape (steps, height, width, channels) with 1 or 3 channels.`,
    );
  const [count, ...rest] = shape;
  const [one, two, three = 1] = rest;
  if (count === undefined || one === undefined || two === undefined || rest.length > 3) {
    throw refuse(`have shape (${shape.join(', ')})`);
  }
  const isColour = (size: number): boolean => size === 1 || size === 3;
  if (!isColour(three) && !isColour(one)) throw refuse(`have shape (${shape.join(', ')})`);
  const read = readPixels(array, knownUnit, refuse);
  if (isColour(three)) return { ...read, shape: [one, two, three], count };
  return { ...read, shape: [two, three, one], count, pixels: channelsLast(read.pixels, one) };

  function channelsLast(pixels: Uint8Array, channels: number): Uint8Array {
    if (channels === 1) return pixels;
    const plane = two! * three;
    const moved = new Uint8Array(pixels.length);
    for (let frame = 0; frame < count!; frame++) {
      const start = frame * plane * channels;
      for (let channel = 0; channel < channels; channel++) {
        for (let pixel = 0; pixel < plane; pixel++) {
          moved[start + pixel * channels + channel] = pixels[start + channel * plane + pixel]!;
        }
      }
    }
    return moved;
  }
}
