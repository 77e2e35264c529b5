import type { GraphBuilder } from '../../graph';
import type { Conv2DInfo } from './geometry';

/** One axis. The convolution's every pixel makes `steps` times s pixels of the result, which are its phases. */
export interface Axis {
  steps: number;
  phases: number;
  /** Taps of the convolution. */
  window: number;
  pixels: number;
  /** Zeros before and after. */
  pads: [number, number];
  /** The filter's tap that phase `phase` has at `position` of its window, or nothing. */
  tap(phase: number, position: number): number | undefined;
}

function makeAxis(taps: number, stride: number, size: number, given: number, steps: number): Axis {
  const tapsOfPhase = Math.ceil(taps / stride);
  const pixels = Math.ceil(size / (steps * stride));
  return {
    steps,
    phases: steps * stride,
    window: tapsOfPhase + steps - 1,
    pixels,
    pads: [tapsOfPhase - 1, pixels * steps - given],
    tap: (phase, position) => {
      const distance = Math.floor(phase / stride) + tapsOfPhase - 1 - position;
      const tap = (phase % stride) + stride * distance;
      return distance >= 0 && tap < taps ? tap : undefined;
    },
  };
}

export interface Axes {
  steps: number;
  down: Axis;
  across: Axis;
}

export function axes(info: Conv2DInfo, steps: number): Axes {
  return {
    steps,
    down: makeAxis(info.filterHeight, info.strideHeight, info.inHeight, info.outHeight, steps),
    across: makeAxis(info.filterWidth, info.strideWidth, info.inWidth, info.outWidth, steps),
  };
}

/** One channel leaves most of a block empty unless more steps fill it, whose windows have more taps that meet zeros. */
export function cheapestAxes(graph: GraphBuilder, info: Conv2DInfo): Axes {
  const multiplyAdds = ({ steps, down, across }: Axes): number =>
    (sharedChannels(graph, info, down, across) * down.window * across.window) / steps ** 2;
  const [one, two] = [axes(info, 1), axes(info, 2)];
  return multiplyAdds(one) <= multiplyAdds(two) ? one : two;
}

/** The channels of all phases, rounded up to whole blocks. */
export function sharedChannels(
  { target }: GraphBuilder,
  { inChannels }: Conv2DInfo,
  down: Axis,
  across: Axis,
): number {
  const block = target.channelBlock!;
  return Math.ceil((down.phases * across.phases * inChannels) / block) * block;
}
