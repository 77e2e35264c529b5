import { util } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph';
import type { ImageLayout } from '../image-layout';
import { result, type Lowering, type LoweringCall } from '../lowering';
import { sumAlong } from '../own-sum';
import { sumOfRows } from '../row-sums';
import { TracedValue } from '../traced-value';

/** Axes of a `[batch, height, width, channels]` value, in the channels-first layout. */
const CHANNELS_FIRST_AXIS = [0, 2, 3, 1];

function reduction(operator: string): Lowering {
  return (call) => {
    const x = call.inputs['x']!;
    // TF.js calls them axis for all reductions but the maximum.
    const requested = call.attributes['axis'] ?? call.attributes['reductionIndices'];
    const axes = util.parseAxisParam(requested as number | number[], x.shape);
    const keepDims = Boolean(call.attributes['keepDims']);
    const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
    if (axes.length === 0) return x;
    const reduce = (name: string, over: number[], keepdims = keepDims): string =>
      call.graph.node(operator, [name, call.graph.integers(over)], { keepdims: Number(keepdims) });
    const named = (name: string): TracedValue => result(call, name, shape, x.dtype);
    // The shape of every bias gradient. Not written yet: see TracedValue.joinSums.
    const isSum = operator === 'ReduceSum' && !keepDims && x.dtype === 'float32';
    if (isSum && x.shape.length === 2 && axes.join() === '0')
      return TracedValue.sumOfRows(call.graph, [{ name: x.name(), rows: x.shape[0]! }], shape);
    const own = ownSum(call, operator, x, axes, shape);
    if (own !== undefined) return named(own);
    // The order of elements does not matter if nothing is left of it.
    if (axes.length === x.shape.length) return named(reduce(x.nameIn(x.layout), axes));
    const pixels = !keepDims && axes.includes(1) && axes.includes(2);
    if (pixels && x.layout === 'blocked') return named(reduceBlocked(call, x, axes, shape, reduce));
    const { device } = call.graph.target;
    if (isSum && device !== 'cpu' && x.layout === 'first' && axes.join() === '0,1,2')
      return named(sumOfPixelsAndImages(call, x));
    if (isSum && device === 'cuda' && axes.every((axis, index) => axis === index))
      return named(sumOverFirstAxes(call, x, axes.length, shape));
    // What is left after height and width are gone stands in the same order in both layouts.
    if (pixels && x.layout === 'first') {
      const onnxAxes = axes.map((axis) => CHANNELS_FIRST_AXIS[axis]!).sort((a, b) => a - b);
      return named(reduce(x.nameIn('first'), onnxAxes));
    }
    return named(reduce(x.name(), axes));
  };
}

/** A sum or mean by our own operator, in the layout that the value has. */
function ownSum(
  { graph }: LoweringCall,
  operator: string,
  x: TracedValue,
  axes: readonly number[],
  shape: number[],
): string | undefined {
  const isMean = operator === 'ReduceMean';
  if (!graph.target.hasOwnOperators || x.dtype !== 'float32') return undefined;
  if (!isMean && operator !== 'ReduceSum') return undefined;
  const [summed, other] = x.factors ?? [x];
  // What is left after height and width are gone stands in the same order in all layouts.
  const layout = axes.includes(1) && axes.includes(2) ? summed.layout : 'last';
  const { sizes, places } = inMemory(graph, x.shape, layout);
  const over = axes.flatMap((axis) => places[axis]!);
  const names = [summed, ...(other ? [other] : [])].map((value) => value.nameIn(layout));
  const factor = isMean ? util.sizeFromShape(shape) / util.sizeFromShape(x.shape) : 1;
  return sumAlong(graph, names, sizes, over, shape, factor);
}

/** The sizes of a value as it lies in memory, and where each of its axes is among them. */
function inMemory(
  { target }: GraphBuilder,
  shape: readonly number[],
  layout: ImageLayout,
): { sizes: readonly number[]; places: readonly (readonly number[])[] } {
  if (layout === 'last') return { sizes: shape, places: shape.map((_, axis) => [axis]) };
  const [batch, height, width, channels] = shape as [number, number, number, number];
  if (layout === 'first') return { sizes: [batch, channels, height, width], places: [[0], [2], [3], [1]] };
  const block = target.channelBlock!;
  return { sizes: [batch, channels / block, height, width, block], places: [[0], [2], [3], [1, 4]] };
}

/** First over the pixels of each image, then over what else is asked for: ONNX Runtime is quick at either alone. */
function reduceBlocked(
  { graph }: LoweringCall,
  x: TracedValue,
  axes: number[],
  shape: number[],
  reduce: (name: string, over: number[], keepdims: boolean) => string,
): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const block = graph.target.channelBlock!;
  const visible = graph.integers([batch, channels / block, height * width, block]);
  let name = reduce(graph.node('Reshape', [x.nameIn('blocked'), visible]), [2], false);
  name = graph.node('Reshape', [name, graph.integers([batch, channels])]);
  if (axes.includes(3)) name = reduce(name, [1], true);
  if (axes.includes(0)) name = reduce(name, [0], true);
  return graph.node('Reshape', [name, graph.integers(shape)]);
}

/** The gradient of a bias on a GPU, which is quick at sums of neighbours and at sums of rows, but slow at both in one. */
function sumOfPixelsAndImages({ graph }: LoweringCall, x: TracedValue): string {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const images = graph.node('Reshape', [
    x.nameIn('first'),
    graph.integers([batch * channels, height * width]),
  ]);
  const sums = graph.node('ReduceSum', [images, graph.integers([1])], { keepdims: 0 });
  const rows = graph.node('Reshape', [sums, graph.integers([batch, channels])]);
  return sumOfRows(graph, rows, batch, channels);
}

function sumOverFirstAxes({ graph }: LoweringCall, x: TracedValue, count: number, shape: number[]): string {
  const rows = util.sizeFromShape(x.shape.slice(0, count));
  const columns = util.sizeFromShape(shape);
  const matrix = graph.node('Reshape', [x.name(), graph.integers([rows, columns])]);
  return graph.node('Reshape', [sumOfRows(graph, matrix, rows, columns), graph.integers(shape)]);
}

const softmax: Lowering = (call) => {
  const logits = call.inputs['logits']!;
  const axis = call.attributes['dim'] as number;
  return result(call, call.graph.node('Softmax', [logits.name()], { axis }), logits.shape);
};

const reduceMean = reduction('ReduceMean');

/** The mean of whole numbers is a fraction. */
const mean: Lowering = (call) => {
  const x = call.inputs['x']!;
  if (x.dtype === 'float32') return reduceMean(call);
  const asFloat = result(call, call.graph.node('Cast', [x.name()], { to: 1 }), x.shape);
  return reduceMean({ ...call, inputs: { x: asFloat } });
};

/** Rows of x added up by the segment that each belongs to: a product with the segments' one-hot rows. */
const unsortedSegmentSum: Lowering = (call) => {
  const { graph } = call;
  const x = call.inputs['x']!;
  const segmentIds = call.inputs['segmentIds']!;
  const segments = call.attributes['numSegments'] as number;
  const rows = x.shape[0]!;
  if (segmentIds.shape.length !== 1)
    throw new Error('UnsortedSegmentSum is traced for segment vectors only.');
  const numbers = graph.constant(
    Int32Array.from({ length: segments }, (_, i) => i),
    [segments, 1],
    'int32',
  );
  const membership = graph.node('Cast', [graph.node('Equal', [numbers, segmentIds.name()])], { to: 1 });
  const matrix = graph.node('Reshape', [x.name(), graph.integers([rows, -1])]);
  const shape = [segments, ...x.shape.slice(1)];
  const product = graph.node('MatMul', [membership, matrix]);
  return result(call, graph.node('Reshape', [product, graph.integers(shape)]), shape);
};

const argMax: Lowering = (call) => {
  const x = call.inputs['x']!;
  const axis = util.parseAxisParam(call.attributes['axis'] as number, x.shape)[0]!;
  const index =
    call.graph.target.device === 'cpu'
      ? call.graph.node('ArgMax', [x.name()], { axis, keepdims: 0 })
      : smallestIndexOfLargest(call.graph, x, axis);
  const shape = x.shape.filter((_, other) => other !== axis);
  return result(call, call.graph.node('Cast', [index], { to: 6 }), shape, 'int32');
};

/** ArgMax without its int64, which WebGPU does not have. */
function smallestIndexOfLargest(graph: GraphBuilder, x: TracedValue, axis: number): string {
  const length = x.shape[axis]!;
  const shape = x.shape.map((size, other) => (other === axis ? size : 1));
  const indices = graph.constant(
    Float32Array.from({ length }, (_, index) => index),
    shape,
    'float32',
  );
  const largest = graph.node('ReduceMax', [x.name(), graph.integers([axis])], { keepdims: 1 });
  const isLargest = graph.node('Equal', [x.name(), largest]);
  const candidates = graph.node('Where', [isLargest, indices, graph.float(length)]);
  return graph.node('ReduceMin', [candidates, graph.integers([axis])], { keepdims: 0 });
}

export const reductionKernels: Record<string, Lowering> = {
  Sum: reduction('ReduceSum'),
  Mean: mean,
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  UnsortedSegmentSum: unsortedSegmentSum,
  Softmax: softmax,
  ArgMax: argMax,
};
