import type { GraphBuilder } from '../../graph';
import { convertLayout, isBelowBlock } from '../../image-layout';
import { TracedValue } from '../../traced-value';
import type { Conv2DInfo } from './geometry';
import { moveRuns, permute } from '../permute';
import { sharedChannels, type Axis } from './sub-pixel-axes';

/** How a sub-pixel convolution's phases lie among its channels. */
export interface PhaseLowering {
  /** From `phaseTaps` to a blocked filter. */
  filter(taps: string): string;
  /** One value per channel to one per channel and phase. */
  bias(name: string): string;
  /** The convolution's pixels, put side by side. */
  interleave(name: string, producer: string): TracedValue;
}

/** The phases stand between the blocks of channels, so that whole blocks are moved. */
export function blockedPhases(
  graph: GraphBuilder,
  info: Conv2DInfo,
  down: Axis,
  across: Axis,
): PhaseLowering {
  const { batchSize, inChannels, outChannels, inHeight, inWidth } = info;
  const block = graph.target.channelBlock!;
  const blocks = inChannels / block;
  const phases = down.phases * across.phases;
  return {
    filter: (taps) =>
      permute(
        graph,
        taps,
        [phases, down.window, across.window, blocks, block, outChannels / block, block],
        [3, 0, 5, 1, 2, 6, 4],
        [inChannels * phases, outChannels, down.window, across.window],
      ),
    bias: (name) => {
      const perBlock = graph.node('Reshape', [name, graph.integers([blocks, 1, block])]);
      const repeated = graph.node('Expand', [perBlock, graph.integers([blocks, phases, block])]);
      return graph.node('Reshape', [repeated, graph.integers([-1])]);
    },
    interleave: (name, producer) => {
      // What the last phases have too many is left out.
      const phase = down.pixels * across.pixels;
      const axes = [
        { size: inHeight, period: down.phases, stride: across.phases * phase, between: across.pixels },
        { size: inWidth, period: across.phases, stride: phase, between: 1 },
      ];
      const shape = [batchSize, inChannels, inHeight, inWidth];
      const moved = { times: batchSize * blocks, runs: phases * phase, length: block, axes };
      const images = moveRuns(graph, name, moved, shape);
      return TracedValue.images(graph, images, 'blocked', info.inShape, producer);
    },
  };
}

/** The phases of images of a few channels share blocks, filled up with channels that nobody reads. */
export function sharedPhases(graph: GraphBuilder, info: Conv2DInfo, down: Axis, across: Axis): PhaseLowering {
  const { inChannels, outChannels } = info;
  const block = graph.target.channelBlock!;
  const used = down.phases * across.phases * inChannels;
  const channels = sharedChannels(graph, info, down, across);
  const fill = (name: string, axes: number): string => {
    if (channels === used) return name;
    const amounts = Array<number>(2 * axes).fill(0);
    amounts[2 * axes - 1] = channels - used;
    return graph.node('Pad', [name, graph.integers(amounts), graph.float(0)]);
  };
  return {
    filter: (taps) => {
      const window = down.window * across.window;
      const split = [down.phases * across.phases, window, inChannels, outChannels];
      const byPhase = fill(permute(graph, taps, split, [3, 1, 0, 2], [outChannels * window, used]), 2);
      const shape = [channels, outChannels, down.window, across.window];
      if (isBelowBlock(graph, outChannels)) {
        const parts = [outChannels, window, channels / block, block];
        return permute(graph, byPhase, parts, [2, 0, 1, 3], shape);
      }
      const parts = [outChannels / block, block, window, channels / block, block];
      return permute(graph, byPhase, parts, [3, 0, 2, 1, 4], shape);
    },
    bias: (name) => fill(graph.node('Tile', [name, graph.integers([down.phases * across.phases])]), 1),
    interleave: (name, producer) => {
      const joined = sharedPixels(graph, name, info, down, across);
      return TracedValue.images(
        graph,
        crop(graph, joined, info, down, across),
        'last',
        info.inShape,
        producer,
      );
    },
  };
}

/** Of phases that share blocks: `[batch, rows * phases, columns * phases, channels]`. */
function sharedPixels(
  graph: GraphBuilder,
  name: string,
  { batchSize, inChannels }: Conv2DInfo,
  down: Axis,
  across: Axis,
): string {
  const shape = [batchSize, down.pixels * down.phases, across.pixels * across.phases, inChannels];
  const block = graph.target.channelBlock!;
  const row = across.phases * inChannels;
  const rows = block / row;
  if (Number.isInteger(rows) && down.phases % rows === 0) {
    // Every block holds whole rows of phases.
    const blocks = down.phases / rows;
    const split = [batchSize, blocks, down.pixels, across.pixels, rows, row];
    return permute(graph, name, split, [0, 2, 1, 4, 3, 5], shape);
  }
  const used = down.phases * row;
  const last = convertLayout(graph, name, [batchSize, down.pixels, across.pixels, used], 'blocked', 'last');
  const split = [batchSize, down.pixels, across.pixels, down.phases, across.phases, inChannels];
  return permute(graph, last, split, [0, 1, 3, 2, 4, 5], shape);
}

/** Axes 1 and 2 without the rows and columns that the last phases have too many. */
function crop(graph: GraphBuilder, name: string, info: Conv2DInfo, down: Axis, across: Axis): string {
  const { inHeight, inWidth } = info;
  if (down.pixels * down.phases === inHeight && across.pixels * across.phases === inWidth) return name;
  const ends = graph.integers([inHeight, inWidth]);
  return graph.node('Slice', [name, graph.integers([0, 0]), ends, graph.integers([1, 2])]);
}
