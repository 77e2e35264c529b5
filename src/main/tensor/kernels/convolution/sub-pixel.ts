import type { GraphBuilder } from '../../graph';
import { blockedOperator, canBlock, convertLayout } from '../../image-layout';
import type { LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { permute } from './blocked';
import { isPadded, type Conv2DInfo } from './geometry';

/**
 * Transposed convolutions, which are also the input gradients of convolutions, as sub-pixel convolutions (Shi et al. 2016)
 * on blocked images: pixel s q + r of the result sees only the taps r, s + r, 2 s + r, … of the filter, so the s² phases
 * r are channels of one plain convolution, whose pixels are then put side by side.
 */
export function canBeSubPixel(graph: GraphBuilder, info: Conv2DInfo): boolean {
  return !isPadded(info) && canBlock(graph, info.outChannels);
}

interface Phases {
  /** Taps of each phase, s, and pixels of the convolution, downwards and across. */
  taps: [number, number];
  strides: [number, number];
  pixels: [number, number];
}

export function inputGradient(
  call: LoweringCall,
  dy: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const strides: [number, number] = [info.strideHeight, info.strideWidth];
  const phases: Phases = {
    strides,
    taps: [Math.ceil(info.filterHeight / strides[0]), Math.ceil(info.filterWidth / strides[1])],
    pixels: [Math.ceil(info.inHeight / strides[0]), Math.ceil(info.inWidth / strides[1])],
  };
  const {
    taps: [down, across],
    pixels: [rows, columns],
  } = phases;
  const attributes = {
    strides: [1, 1],
    kernel_shape: [down, across],
    pads: [down - 1, across - 1, rows - info.outHeight, columns - info.outWidth],
  };
  const lowering = canBlock(graph, info.inChannels)
    ? blockedPhases(graph, info, phases)
    : fewPhases(graph, info, phases);
  const operands = [dy.nameIn('blocked'), lowering.filter(splitTaps(graph, filter.name(), info, phases))];
  const convolve = (...bias: string[]): TracedValue => {
    const inputs = [...operands, ...bias.map((name) => lowering.bias(name))];
    return lowering.interleave(graph.node(blockedOperator('Conv'), inputs, attributes), call.kernel);
  };
  const value = convolve();
  value.withBias = convolve;
  return value;
}

/** The filter as `[taps, s, taps, s, in, out / block, block]`, in the order in which a convolution meets the taps. */
function splitTaps(
  graph: GraphBuilder,
  filter: string,
  { filterHeight, filterWidth, inChannels, outChannels }: Conv2DInfo,
  { taps: [down, across], strides: [sh, sw] }: Phases,
): string {
  const block = graph.target.channelBlock!;
  const missing = [0, 0, 0, 0, down * sh - filterHeight, across * sw - filterWidth, 0, 0];
  const padded = missing.some((amount) => amount > 0)
    ? graph.node('Pad', [filter, graph.integers(missing), graph.float(0)])
    : filter;
  const shape = graph.integers([down, sh, across, sw, inChannels, outChannels / block, block]);
  const split = graph.node('Reshape', [padded, shape]);
  const [starts, ends] = [graph.integers([-1, -1]), graph.integers([-down - 1, -across - 1])];
  return graph.node('Slice', [split, starts, ends, graph.integers([0, 2]), graph.integers([-1, -1])]);
}

interface PhaseLowering {
  /** From `splitTaps` to a blocked filter. */
  filter(taps: string): string;
  /** One value per channel to one per channel and phase. */
  bias(name: string): string;
  /** The convolution's pixels, put side by side. */
  interleave(name: string, producer: string): TracedValue;
}

/** The phases stand between the blocks of channels, so that whole blocks are moved. */
function blockedPhases(graph: GraphBuilder, info: Conv2DInfo, phases: Phases): PhaseLowering {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info;
  const {
    taps: [down, across],
    strides: [sh, sw],
    pixels: [rows, columns],
  } = phases;
  const block = graph.target.channelBlock!;
  const blocks = inChannels / block;
  return {
    filter: (taps) =>
      permute(
        graph,
        taps,
        [down, sh, across, sw, blocks, block, outChannels / block, block],
        [4, 1, 3, 6, 0, 2, 7, 5],
        [inChannels * sh * sw, outChannels, down, across],
      ),
    bias: (name) => {
      const perBlock = graph.node('Reshape', [name, graph.integers([blocks, 1, block])]);
      const repeated = graph.node('Expand', [perBlock, graph.integers([blocks, sh * sw, block])]);
      return graph.node('Reshape', [repeated, graph.integers([-1])]);
    },
    interleave: (name, producer) => {
      const split = [batchSize * blocks, sh, sw, rows, columns, block];
      const joined = permute(
        graph,
        name,
        split,
        [0, 3, 1, 4, 2, 5],
        [batchSize * blocks, rows * sh, columns * sw, block],
      );
      const wanted = crop(graph, joined, [rows * sh, columns * sw], [inHeight, inWidth]);
      const images = graph.node('Reshape', [
        wanted,
        graph.integers([batchSize, inChannels, inHeight, inWidth]),
      ]);
      return TracedValue.images(graph, images, 'blocked', info.inShape, producer);
    },
  };
}

/** The phases of images of a few channels share one block, filled up with channels that nobody reads. */
function fewPhases(graph: GraphBuilder, info: Conv2DInfo, phases: Phases): PhaseLowering {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info;
  const {
    taps: [down, across],
    strides: [sh, sw],
    pixels: [rows, columns],
  } = phases;
  const block = graph.target.channelBlock!;
  const used = sh * sw * inChannels;
  const blocks = Math.ceil(used / block);
  const fill = (name: string, axes: number): string => {
    const amounts = Array<number>(2 * axes).fill(0);
    amounts[2 * axes - 1] = blocks * block - used;
    return graph.node('Pad', [name, graph.integers(amounts), graph.float(0)]);
  };
  return {
    filter: (taps) => {
      const split = [down, sh, across, sw, inChannels, outChannels];
      const rowsOfPhases = permute(
        graph,
        taps,
        split,
        [5, 0, 2, 1, 3, 4],
        [outChannels * down * across, used],
      );
      return permute(
        graph,
        fill(rowsOfPhases, 2),
        [outChannels / block, block, down, across, blocks, block],
        [4, 0, 2, 3, 1, 5],
        [blocks * block, outChannels, down, across],
      );
    },
    bias: (name) => fill(graph.node('Tile', [name, graph.integers([sh * sw])]), 1),
    interleave: (name, producer) => {
      const last = convertLayout(graph, name, [batchSize, rows, columns, used], 'blocked', 'last');
      const split = [batchSize, rows, columns, sh, sw, inChannels];
      const joined = permute(
        graph,
        last,
        split,
        [0, 1, 3, 2, 4, 5],
        [batchSize, rows * sh, columns * sw, inChannels],
      );
      const wanted = crop(graph, joined, [rows * sh, columns * sw], [inHeight, inWidth]);
      return TracedValue.images(graph, wanted, 'last', info.inShape, producer);
    },
  };
}

/** Axes 1 and 2 without what lies beyond the wanted rows and columns. */
function crop(graph: GraphBuilder, name: string, size: readonly number[], wanted: readonly number[]): string {
  if (size.join() === wanted.join()) return name;
  return graph.node('Slice', [name, graph.integers([0, 0]), graph.integers(wanted), graph.integers([1, 2])]);
}
