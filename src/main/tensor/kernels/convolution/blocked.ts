import type { GraphBuilder } from '../../graph';
import { blockedOperator, canBlock, isBelowBlock } from '../../image-layout';
import { result, type LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { acceptingBias } from './accepting-bias';
import { isPadded, onnxAttributes, type Conv2DInfo } from './geometry';
import { moveRuns, permute } from '../permute';
import * as plain from './plain';

/**
 * Convolutions and their gradients through ONNX Runtime's direct convolution on blocked images (NCHWc), which runs near
 * the speed of a large matrix product where the others copy every pixel for every tap. Its filters are
 * `[out / block, in / block, height, width, in block, out block]`.
 */
const CONVOLUTION = blockedOperator('Conv');

export function canConvolve(graph: GraphBuilder, { inChannels, outChannels }: Conv2DInfo): boolean {
  return canBlock(graph, outChannels) && (canBlock(graph, inChannels) || isBelowBlock(graph, inChannels));
}

export function convolution(
  call: LoweringCall,
  x: TracedValue,
  filter: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { inChannels, outChannels, filterHeight, filterWidth, outShape } = info;
  const block = graph.target.channelBlock!;
  // Images of a few channels stay as they are.
  const blocksIn = canBlock(graph, inChannels);
  const parts = blocksIn ? [inChannels / block, block] : [inChannels];
  const split = [filterHeight, filterWidth, ...parts, outChannels / block, block];
  const perm = blocksIn ? [4, 2, 0, 1, 3, 5] : [3, 2, 0, 1, 4];
  const shape = [outChannels, inChannels, filterHeight, filterWidth];
  const operands = [
    x.nameIn(blocksIn ? 'blocked' : 'first'),
    permute(graph, filter.name(), split, perm, shape),
  ];
  return acceptingBias((...bias) => {
    const name = graph.node(CONVOLUTION, [...operands, ...bias], onnxAttributes(info));
    return TracedValue.images(graph, name, 'blocked', outShape, call.kernel);
  });
}

export function canTakeFilterGradient(graph: GraphBuilder, info: Conv2DInfo): boolean {
  const { batchSize, outChannels } = info;
  const fits = canBlock(graph, outChannels) || isHalfBlock(graph, outChannels);
  return !isPadded(info) && !isBelowBlock(graph, batchSize) && fits;
}

const isHalfBlock = ({ target }: GraphBuilder, channels: number): boolean =>
  2 * channels === target.channelBlock;

/** The gradient with respect to the filter; images that do not fill a block are left to the plain way. */
export function filterGradient(
  call: LoweringCall,
  x: TracedValue,
  dy: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { batchSize } = info;
  const rest = batchSize % graph.target.channelBlock!;
  if (rest === 0) return gradientOfBlocks(call, x, dy, info);
  const whole = batchSize - rest;
  const blocks = { ...info, batchSize: whole };
  const first = gradientOfBlocks(call, x.someImages(0, whole), dy.someImages(0, whole), blocks);
  const others = { ...info, batchSize: rest };
  const last = plain.filterGradient(call, x.someImages(whole, rest), dy.someImages(whole, rest), others);
  return result(call, graph.node('Add', [first.name(), last.name()]), info.filterShape);
}

/**
 * The filter's gradient from whole blocks of images: a convolution in which batch and channels have swapped places. Its images
 * are the input's channels, its channels the batch, its filter the output gradient, dilated by the stride.
 */
function gradientOfBlocks(
  call: LoweringCall,
  x: TracedValue,
  dy: TracedValue,
  info: Conv2DInfo,
): TracedValue {
  const { graph } = call;
  const { batchSize, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const block = graph.target.channelBlock!;
  const images = swapBatchAndChannels(graph, x);
  const isHalf = isHalfBlock(graph, outChannels);
  const channels = isHalf ? block : outChannels;
  const shape = [channels, batchSize, outHeight, outWidth];
  const filter = isHalf ? halvesInBlocks(graph, dy, shape) : batchInBlocks(graph, dy, shape);
  const name = graph.node(CONVOLUTION, [images, filter], {
    strides: [1, 1],
    dilations: [strideHeight, strideWidth],
    kernel_shape: [outHeight, outWidth],
    pads: [0, 0, 0, 0],
  });
  // Taps beyond the filter, of rows and columns that the stride missed, come out too.
  const height = inHeight - (outHeight - 1) * strideHeight;
  const width = inWidth - (outWidth - 1) * strideWidth;
  const taps = permute(
    graph,
    name,
    [inChannels, channels / block, height, width, block],
    [2, 3, 0, 1, 4],
    [height, width, inChannels, channels],
  );
  if (height === filterHeight && width === filterWidth && channels === outChannels)
    return result(call, taps, info.filterShape);
  const ends = graph.integers([filterHeight, filterWidth, outChannels]);
  const wanted = graph.node('Slice', [taps, graph.integers([0, 0, 0]), ends, graph.integers([0, 1, 3])]);
  return result(call, wanted, info.filterShape);
}

/** Images as `[channels / block, batch / block, height * width, batch block, channel block]`, declared as `shape`. */
function batchInBlocks(graph: GraphBuilder, x: TracedValue, shape: readonly number[]): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const block = graph.target.channelBlock!;
  const split = [batch / block, block, channels / block, height * width, block];
  return permute(graph, x.nameIn('blocked'), split, [2, 0, 3, 1, 4], shape);
}

/** The same of images with half a block of channels: each stands there twice. */
function halvesInBlocks(graph: GraphBuilder, x: TracedValue, shape: readonly number[]): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const block = graph.target.channelBlock!;
  const pixels = height * width;
  // Channels of two images are a block.
  const pairs = [batch / block, block * channels, 1, pixels];
  const isFirst = x.layout === 'first';
  const name = isFirst
    ? graph.node(
        blockedOperator('ReorderInput'),
        [graph.node('Reshape', [x.nameIn('first'), graph.integers(pairs)])],
        { channels_last: 0 },
      )
    : x.name();
  const moved = {
    times: batch / block,
    runs: pixels * block,
    length: channels,
    axes: [
      { size: pixels, stride: isFirst ? 2 : 1 },
      isFirst ? { size: block, period: 2, stride: 1, between: 2 * pixels } : { size: block, stride: pixels },
      { size: 2, stride: 0 },
    ],
  };
  return moveRuns(graph, name, moved, shape);
}

/** Images whose batch is the channels, in blocks: `[channels, batch / block, height, width, batch block]`. */
function swapBatchAndChannels(graph: GraphBuilder, x: TracedValue): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (!canBlock(graph, channels)) {
    const split = [batch, channels, height * width];
    const plain = permute(graph, x.nameIn('first'), split, [1, 0, 2], [channels, batch, height, width]);
    return graph.node(blockedOperator('ReorderInput'), [plain], { channels_last: 0 });
  }
  // Seen as one wide image for each block of channels, whose channels then come out one after the other.
  const block = graph.target.channelBlock!;
  const images = batchInBlocks(graph, x, [channels / block, block, 1, batch * height * width]);
  const attributes = { channels: block, channels_last: 0 };
  const swapped = graph.node(blockedOperator('ReorderOutput'), [images], attributes);
  return graph.node('Reshape', [swapped, graph.integers([channels, batch, height, width])]);
}
