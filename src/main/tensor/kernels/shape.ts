import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { result, type Lowering, type LoweringCall } from '../lowering';
import { TracedValue } from '../traced-value';
import { keepsOrder, permute, readPart } from './permute';

function reshaped(call: LoweringCall, x: TracedValue, shape: number[]): TracedValue {
  if (shape.join() === x.shape.join()) return x;
  if (x.splat !== undefined) return TracedValue.filled(call.graph, x.splat, shape, x.dtype);
  return result(call, call.graph.node('Reshape', [x.name(), call.graph.integers(shape)]), shape, x.dtype);
}

/** Whether parts and other orders of a value are read by our own operators, together with what is computed of them. */
const hasOwnReadings = ({ graph }: LoweringCall, { dtype }: TracedValue): boolean =>
  graph.target.hasOwnOperators === true && dtype === 'float32';

const reshape: Lowering = (call) => {
  const x = call.inputs['x']!;
  const requested = call.attributes['shape'] as number[];
  return reshaped(call, x, util.inferFromImplicitShape(requested, util.sizeFromShape(x.shape)));
};

const expandDims: Lowering = (call) => {
  const input = call.inputs['input']!;
  const dim = call.attributes['dim'] as number;
  const shape = [...input.shape];
  shape.splice(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1);
  return reshaped(call, input, shape);
};

const transpose: Lowering = (call) => {
  const x = call.inputs['x']!;
  const perm = call.attributes['perm'] as number[];
  const shape = perm.map((axis) => x.shape[axis]!);
  if (keepsOrder(x.shape, perm)) return reshaped(call, x, shape);
  if (hasOwnReadings(call, x))
    return result(call, permute(call.graph, x.name(), x.shape, perm, shape), shape);
  return result(call, call.graph.node('Transpose', [x.name()], { perm }), shape, x.dtype);
};

const concat: Lowering = (call) => {
  const parts = Object.values(call.inputs).filter((part) => util.sizeFromShape(part.shape) > 0);
  const axis = util.parseAxisParam(call.attributes['axis'] as number, parts[0]!.shape)[0]!;
  const shape = backend_util.computeOutShape(
    parts.map((part) => part.shape),
    axis,
  );
  if (parts.length === 1) return parts[0]!;
  if (axis === 0 && shape.length === 2 && parts.every(({ dtype }) => dtype === 'float32'))
    return TracedValue.joinedRows(call.graph, parts, call.kernel);
  const name = call.graph.node(
    'Concat',
    parts.map((part) => part.name()),
    { axis },
  );
  return result(call, name, shape, parts[0]!.dtype);
};

/** tf.stack */
const pack: Lowering = (call) => {
  const parts = Object.values(call.inputs);
  const first = parts[0]!;
  const requested = call.attributes['axis'] as number;
  const axis = requested < 0 ? requested + first.shape.length + 1 : requested;
  const shape = [...first.shape];
  shape.splice(axis, 0, parts.length);
  // Joined along an axis that they have, one reshape tells the parts apart again; else each needs one of its own.
  const isLast = axis === first.shape.length;
  const names = parts.map((part) => (isLast ? reshaped(call, part, [...first.shape, 1]) : part).name());
  const joined = call.graph.node('Concat', names, { axis });
  return isLast
    ? result(call, joined, shape, first.dtype)
    : reshaped(call, result(call, joined, merged(shape, axis), first.dtype), shape);
};

/** tf.unstack: one Split, of an axis that the parts keep where there is one. */
const unpack: Lowering = (call) => {
  const value = call.inputs['value']!;
  const axis = util.parseAxisParam(call.attributes['axis'] as number, value.shape)[0]!;
  const count = value.shape[axis]!;
  const shape = value.shape.filter((_, other) => other !== axis);
  if (axis === shape.length) {
    const parts = split(call, value, axis, Array<number>(count).fill(1));
    return parts.map((name) => reshaped(call, result(call, name, [...shape, 1], value.dtype), shape));
  }
  const joined = reshaped(call, value, merged(value.shape, axis));
  const parts = split(call, joined, axis, Array<number>(count).fill(shape[axis]!));
  return parts.map((name) => result(call, name, shape, value.dtype));
};

/** The shape in which an axis and the next one are one. */
function merged(shape: readonly number[], axis: number): number[] {
  return [...shape.slice(0, axis), shape[axis]! * shape[axis + 1]!, ...shape.slice(axis + 2)];
}

/** A WebGPU shader may be bound to few buffers: eight are certain, the input among them. */
const MOST_GPU_PARTS = 7;

/** CUDA's Split uploads four lists first, each by itself: as many parts as that are sooner cut out one by one. */
const MOST_CUDA_SLICES = 4;

/** Of what nobody computes with each part is copied by itself. */
const MOST_READINGS = 4;

function splitIntoReadings(call: LoweringCall, x: TracedValue, axis: number, sizes: number[]): string[] {
  let end = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, other) => (other === axis ? end : 0));
    end += size;
    const part = x.shape.map((length, other) => (other === axis ? size : length));
    return readPart(call.graph, x.name(), x.shape, begin, part);
  });
}

function split(call: LoweringCall, x: TracedValue, axis: number, sizes: number[]): string[] {
  if (sizes.length === 1) return [x.name()];
  if (sizes.length <= MOST_READINGS && hasOwnReadings(call, x))
    return splitIntoReadings(call, x, axis, sizes);
  const { device } = call.graph.target;
  const isTooMany = device === 'gpu' && sizes.length > MOST_GPU_PARTS;
  if (isTooMany || (device === 'cuda' && sizes.length <= MOST_CUDA_SLICES)) {
    let end = 0;
    return sizes.map((size) => {
      const [start, stop] = [end, (end += size)].map((bound) => call.graph.integers([bound!]));
      return call.graph.node('Slice', [x.name(), start!, stop!, call.graph.integers([axis])]);
    });
  }
  return call.graph.nodeWithOutputs('Split', [x.name(), call.graph.integers(sizes)], sizes.length, { axis });
}

const splitV: Lowering = (call) => {
  const x = call.inputs['x']!;
  const axis = util.parseAxisParam(call.attributes['axis'] as number, x.shape)[0]!;
  const sizes = splitSizes(call.attributes['numOrSizeSplits'] as number | number[], x.shape[axis]!);
  return split(call, x, axis, sizes).map((name, index) => {
    const shape = x.shape.map((size, other) => (other === axis ? sizes[index]! : size));
    return result(call, name, shape, x.dtype);
  });
};

function splitSizes(request: number | number[], total: number): number[] {
  if (typeof request === 'number') return Array<number>(request).fill(total / request);
  const known = request.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return request.map((size) => (size < 0 ? total - known : size));
}

const slice: Lowering = (call) => {
  const x = call.inputs['x']!;
  const { graph, attributes } = call;
  // parseSliceParams wants a tensor but reads nothing of it except its shape.
  const like = { shape: x.shape } as unknown as Parameters<typeof slice_util.parseSliceParams>[0];
  const [begin, size] = slice_util.parseSliceParams(
    like,
    attributes['begin'] as number[],
    attributes['size'] as number[],
  );
  const axes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
  if (axes.length === 0) return x;
  const whole = axes.join() === '0' ? wholeParts(call, x, begin[0]!, size[0]!) : undefined;
  if (whole) return whole;
  if (x.splat !== undefined) return TracedValue.filled(graph, x.splat, size, x.dtype);
  if (hasOwnReadings(call, x)) {
    const part = result(call, readPart(graph, x.name(), x.shape, begin, size), size);
    if (axes.join() === '0') part.sparseFrom = x.sparseFrom;
    return part;
  }
  const starts = graph.integers(axes.map((axis) => begin[axis]!));
  const ends = graph.integers(axes.map((axis) => begin[axis]! + size[axis]!));
  const cut = (name: string): string => graph.node('Slice', [name, starts, ends, graph.integers(axes)]);
  // ONNX Runtime copies runs along the last axis, so that axis should not be one channel.
  if (x.shape.length !== 4 || x.shape[3] !== 1) return result(call, cut(x.name()), size, x.dtype);
  const image = graph.node('Reshape', [x.name(), graph.integers(x.shape.slice(0, 3))]);
  return result(call, graph.node('Reshape', [cut(image), graph.integers(size)]), size, x.dtype);
};

/** Some of the rows, if those are some of the parts that they came from. */
function wholeParts(
  call: LoweringCall,
  x: TracedValue,
  begin: number,
  size: number,
): TracedValue | undefined {
  let start = 0;
  const within = x.parts?.filter(({ shape }) => {
    const end = (start += shape[0]!);
    return end - shape[0]! >= begin && end <= begin + size;
  });
  const rows = within?.reduce((sum, { shape }) => sum + shape[0]!, 0);
  if (rows !== size) return undefined;
  const joined = TracedValue.joinedRows(call.graph, within!, call.kernel);
  if (joined.parts && hasOwnReadings(call, x)) joined.within = { value: x, row: begin };
  return joined;
}

const pad: Lowering = (call) => {
  const x = call.inputs['x']!;
  const paddings = call.attributes['paddings'] as [number, number][];
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const amounts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const value = call.graph.float((call.attributes['constantValue'] as number | undefined) ?? 0);
  return result(
    call,
    call.graph.node('Pad', [x.name(), call.graph.integers(amounts), value]),
    shape,
    x.dtype,
  );
};

const tile: Lowering = (call) => {
  const x = call.inputs['x']!;
  const reps = call.attributes['reps'] as number[];
  const shape = x.shape.map((size, axis) => size * reps[axis]!);
  if (x.splat !== undefined) return TracedValue.filled(call.graph, x.splat, shape, x.dtype);
  // WebGPU has no Tile for booleans, as masks are in gradients; there each axis of one element is only stretched.
  const stretches = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
  const name = stretches
    ? call.graph.node('Expand', [x.name(), call.graph.integers(shape)])
    : call.graph.node('Tile', [x.name(), call.graph.integers(reps)]);
  return result(call, name, shape, x.dtype);
};

const fill: Lowering = (call) => {
  const { shape, value, dtype } = call.attributes as { shape: number[]; value: number; dtype?: 'float32' };
  return TracedValue.filled(call.graph, value, shape, dtype ?? 'float32');
};

const like =
  (element: number): Lowering =>
  (call) => {
    const x = call.inputs['x']!;
    return TracedValue.filled(call.graph, element, x.shape, x.dtype);
  };

const identity: Lowering = (call) => call.inputs['x']!;

/** Rows of x chosen by an int32 vector; only the first axis and no batch dimensions. */
const gather: Lowering = (call) => {
  const x = call.inputs['x']!;
  const indices = call.inputs['indices']!;
  const axis = util.parseAxisParam(call.attributes['axis'] as number, x.shape)[0]!;
  if (call.attributes['batchDims'])
    throw new Error('GatherV2 with batchDims is not supported while tracing.');
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return result(call, call.graph.node('Gather', [x.name(), indices.name()], { axis }), shape, x.dtype);
};

/** By comparison rather than ONNX's OneHot, where a negative index counts from the end: in TF.js it gives zeros. */
const oneHot: Lowering = (call) => {
  const { graph } = call;
  const indices = call.inputs['indices']!;
  const {
    depth,
    onValue = 1,
    offValue = 0,
    dtype = 'int32',
  } = call.attributes as {
    depth: number;
    onValue?: number;
    offValue?: number;
    dtype?: 'float32' | 'int32';
  };
  if (onValue !== 1 || offValue !== 0) throw new Error('OneHot is traced for the values 1 and 0 only.');
  const shape = [...indices.shape, depth];
  const column = graph.node('Reshape', [indices.name(), graph.integers([...indices.shape, 1])]);
  const classes = graph.constant(
    Int32Array.from({ length: depth }, (_, index) => index),
    [depth],
    'int32',
  );
  const matches = graph.node('Equal', [column, classes]);
  return result(call, graph.node('Cast', [matches], { to: dtype === 'float32' ? 1 : 6 }), shape, dtype);
};

export const shapeKernels: Record<string, Lowering> = {
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: splitV,
  Slice: slice,
  PadV2: pad,
  Tile: tile,
  Fill: fill,
  ZerosLike: like(0),
  OnesLike: like(1),
  Identity: identity,
  GatherV2: gather,
  OneHot: oneHot,
};
