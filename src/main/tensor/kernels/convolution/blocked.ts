import type { GraphBuilder } from '../../graph';
import { blockedOperator, canBlock, convertLayout } from '../../image-layout';
import { result, type LoweringCall } from '../../lowering';
import { TracedValue } from '../../traced-value';
import { acceptingBias } from './accepting-bias';
import { isPadded, onnxAttributes, type Conv2DInfo } from './geometry';
import { permute } from './permute';

/**
 * Convolutions and their gradients through ONNX Runtime's direct convolution on blocked images (NCHWc), which runs near
 * the speed of a large matrix product where the others copy every pixel for every tap. Its filters are
 * `[out / block, in / block, height, width, in block, out block]`.
 */
const CONVOLUTION = blockedOperator('Conv');

export function canConvolve(graph: GraphBuilder, { inChannels, outChannels }: Conv2DInfo): boolean {
  return (
    canBlock(graph, outChannels) && (canBlock(graph, inChannels) || inChannels < graph.target.channelBlock!)
  );
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
  return !isPadded(info) && canBlock(graph, batchSize) && canFillUp(graph, outChannels);
}

/** Whether channels are whole blocks, or fill at least half of one: the rest of it would be blank. */
function canFillUp(graph: GraphBuilder, channels: number): boolean {
  const { channelBlock: block = 0 } = graph.target;
  return canBlock(graph, channels) || (channels < block && 2 * channels >= block);
}

/** Channels with those that fill them up. */
const filledUp = (graph: GraphBuilder, channels: number): number =>
  canBlock(graph, channels) ? channels : graph.target.channelBlock!;

/**
 * The gradient with respect to the filter: a convolution in which batch and channels have swapped places. Its images
 * are the input's channels, its channels the batch, its filter the output gradient, dilated by the stride.
 */
export function filterGradient(
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
  const channels = filledUp(graph, outChannels);
  const filter = graph.node('Reshape', [
    batchInBlocks(graph, dy),
    graph.integers([channels, batchSize, outHeight, outWidth]),
  ]);
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

/**
 * Images as `[channels / block, batch / block, height * width, batch block, channel block]`; fewer channels than a block
 * are filled up with blank ones.
 */
function batchInBlocks(graph: GraphBuilder, x: TracedValue): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const block = graph.target.channelBlock!;
  const whole = filledUp(graph, channels);
  const blocked = whole === channels ? x.nameIn('blocked') : fillUp(graph, x, whole - channels);
  const split = [batch / block, block, whole / block, height * width, block];
  const perm = [2, 0, 3, 1, 4];
  const shape = perm.map((axis) => split[axis]!);
  return permute(graph, blocked, split, perm, shape);
}

/** Blocked images with so many blank channels after their own. */
function fillUp(graph: GraphBuilder, x: TracedValue, blank: number): string {
  const padded = graph.node('Pad', [x.nameIn('first'), graph.integers([0, 0, 0, 0, 0, blank, 0, 0])]);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return convertLayout(graph, padded, [batch, height, width, channels + blank], 'first', 'blocked');
}

/** Images whose batch is the channels, in blocks: `[channels, batch / block, height, width, batch block]`. */
function swapBatchAndChannels(graph: GraphBuilder, x: TracedValue): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const swapped = graph.integers([channels, batch, height, width]);
  if (!canBlock(graph, channels)) {
    const name = x.nameIn('first');
    const plain =
      channels === 1
        ? graph.node('Reshape', [name, swapped])
        : graph.node('Transpose', [name], { perm: [1, 0, 2, 3] });
    return graph.node(blockedOperator('ReorderInput'), [plain], { channels_last: 0 });
  }
  // Seen as one wide image for each block of channels, whose channels then come out one after the other.
  const block = graph.target.channelBlock!;
  const wide = graph.integers([channels / block, block, 1, batch * height * width]);
  const images = graph.node('Reshape', [batchInBlocks(graph, x), wide]);
  const attributes = { channels: block, channels_last: 0 };
  return graph.node('Reshape', [graph.node(blockedOperator('ReorderOutput'), [images], attributes), swapped]);
}
