import { util } from '@tensorflow/tfjs-core';
import { result, type Lowering } from '../lowering';

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
    // What is left after height and width are gone stands in the same order in both layouts.
    const first = x.isChannelsFirst && !keepDims && axes.includes(1) && axes.includes(2);
    const name = first ? x.nameChannelsFirst() : x.name();
    const onnxAxes = first ? axes.map((axis) => CHANNELS_FIRST_AXIS[axis]!).sort((a, b) => a - b) : axes;
    const output = call.graph.node(operator, [name, call.graph.integers(onnxAxes)], {
      keepdims: keepDims ? 1 : 0,
    });
    return result(call, output, shape, x.dtype);
  };
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
  const index = call.graph.node('ArgMax', [x.name()], { axis, keepdims: 0 });
  const shape = x.shape.filter((_, other) => other !== axis);
  return result(call, call.graph.node('Cast', [index], { to: 6 }), shape, 'int32');
};

export const reductionKernels: Record<string, Lowering> = {
  Sum: reduction('ReduceSum'),
  Mean: mean,
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  UnsortedSegmentSum: unsortedSegmentSum,
  Softmax: softmax,
  ArgMax: argMax,
};
