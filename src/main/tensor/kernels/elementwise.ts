import { backend_util, util, type DataType } from '@tensorflow/tfjs-core';
import { FloatAttribute, type GraphBuilder } from '../graph';
import type { ImageLayout } from '../image-layout';
import { result, type Lowering, type LoweringCall } from '../lowering';
import { TracedValue } from '../traced-value';

/** Applies ONNX nodes to one input, in whichever layout it already has. */
function unary(write: (call: LoweringCall, x: string) => string): Lowering {
  return (call) => {
    const x = Object.values(call.inputs)[0]!;
    const { layout } = x;
    return TracedValue.images(
      call.graph,
      write(call, x.nameIn(layout)),
      layout,
      x.shape,
      call.kernel,
      x.dtype,
    );
  };
}

const operator = (name: string): Lowering => unary((call, x) => call.graph.node(name, [x]));

/** The layout in which two operands that broadcast against each other are best combined. */
function commonLayout(a: TracedValue, b: TracedValue): ImageLayout {
  const operands = [a, b];
  const images = operands.filter((value) => value.shape.length === 4);
  const sameShape = images.every((value) => value.shape.join() === images[0]!.shape.join());
  const othersFit = operands.every((value) => value.shape.length === 4 || value.shape.length <= 1);
  // Only images of float32 can be converted between all layouts.
  if (!sameShape || !othersFit || operands.some((value) => value.dtype !== 'float32')) return 'last';
  // ONNX Runtime takes twenty times as long to meet a scalar with images whose last axis is one channel.
  if (images[0]?.shape[3] === 1) return 'first';
  const layouts = images.map((value) => value.layout);
  return (['blocked', 'first'] as const).find((layout) => layouts.includes(layout)) ?? 'last';
}

/** Writes an operator on two operands that broadcast against each other, in the layout that suits them. */
function broadcast(
  call: LoweringCall,
  a: TracedValue,
  b: TracedValue,
  shape: readonly number[],
  dtype: DataType,
  write: (names: [string, string]) => string,
): TracedValue {
  const { graph } = call;
  const layout = dtype === 'float32' ? commonLayout(a, b) : 'last';
  const isVector = (value: TracedValue): boolean => value.shape.length === 1 && value.shape[0] !== 1;
  if (layout !== 'blocked' || !(isVector(a) || isVector(b))) {
    const name = write([operandIn(graph, a, layout), operandIn(graph, b, layout)]);
    return TracedValue.images(graph, name, layout, shape, call.kernel, dtype);
  }
  // A value per channel meets its channels only where the blocks are visible.
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const block = graph.target.channelBlock!;
  const blocks = channels / block;
  const shaped = (value: TracedValue): string => {
    const visible = isVector(value) ? [blocks, 1, 1, block] : [batch, blocks, height, width, block];
    const name = isVector(value) ? value.name() : value.nameIn('blocked');
    return graph.node('Reshape', [name, graph.integers(visible)]);
  };
  const name = write([shaped(a), shaped(b)]);
  const hidden = graph.node('Reshape', [name, graph.integers([batch, channels, height, width])]);
  return TracedValue.images(graph, hidden, 'blocked', shape, call.kernel, dtype);
}

function operandIn(graph: GraphBuilder, value: TracedValue, layout: ImageLayout): string {
  if (value.shape.length === 4) return value.nameIn(layout);
  // A value per channel broadcasts along the last axis in TF.js, along the second in the channels-first layout.
  const perChannel = layout === 'first' && value.shape.length === 1;
  return perChannel
    ? graph.node('Reshape', [value.name(), graph.integers([value.shape[0]!, 1, 1])])
    : value.name();
}

/** What ONNX operators make of two known numbers. */
const FOLD: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
  Min: Math.min,
};

function binaryNode(call: LoweringCall, name: string, a: TracedValue, b: TracedValue, dtype: DataType) {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  if (a.splat !== undefined && b.splat !== undefined) {
    const fold = dtype === 'float32' ? FOLD[name] : undefined;
    if (fold) return TracedValue.filled(call.graph, Math.fround(fold(a.splat, b.splat)), shape, dtype);
    // Two scalars would broadcast to a scalar: one operand keeps the full size.
    const full = TracedValue.filled(call.graph, a.splat, shape, a.dtype);
    return result(call, call.graph.node(name, [full.name(), b.name()]), shape, dtype);
  }
  return broadcast(call, besides(call, a, b), besides(call, b, a), shape, dtype, (names) =>
    call.graph.node(name, names),
  );
}

/** A constant of equal elements is a scalar beside an operand of full size: nothing of its own size is ever made. */
function besides(call: LoweringCall, value: TracedValue, other: TracedValue): TracedValue {
  if (value.splat === undefined || !covers(other, value)) return value;
  return TracedValue.filled(call.graph, value.splat, [], value.dtype);
}

function binary(name: string, dtype?: DataType): Lowering {
  return (call) => {
    const { a, b } = operands(call);
    return binaryNode(call, name, a, b, dtype ?? a.dtype);
  };
}

function operands(call: LoweringCall): { a: TracedValue; b: TracedValue } {
  return { a: call.inputs['a']!, b: call.inputs['b']! };
}

const covers = (value: TracedValue, other: TracedValue): boolean =>
  backend_util.assertAndGetBroadcastShape(value.shape, other.shape).join() === value.shape.join();

const add: Lowering = (call) => {
  const { a, b } = operands(call);
  if (b.splat === 0 && covers(a, b)) return a;
  if (a.splat === 0 && covers(b, a)) return b;
  const joined = a.shape.join() === b.shape.join() ? a.joinSums(b) : undefined;
  if (joined) return joined;
  if (b.negated) return binaryNode(call, 'Sub', a, b.negated, a.dtype);
  if (a.negated) return binaryNode(call, 'Sub', b, a.negated, a.dtype);
  const ofPart = (part: TracedValue): TracedValue => add({ ...call, inputs: { a: part, b } }) as TracedValue;
  const known = b.shape.length === 1 ? a.fromParts(ofPart) : undefined;
  if (known) return known;
  const sum = addedToProduct(a, b) ?? addedToProduct(b, a);
  if (sum) return sum;
  const isBias = b.splat === undefined && b.shape.length === 1 && b.shape[0] === a.shape.at(-1);
  if (a.withBias && isBias) return a.withBias(b.name());
  return binaryNode(call, 'Add', a, b, a.dtype);
};

/** `product + addend` in one node if the one is a matrix product and the other a matrix of its size or a row. */
function addedToProduct(product: TracedValue, addend: TracedValue): TracedValue | undefined {
  const [rows, columns] = product.shape;
  const fits = [`${rows},${columns}`, `${columns}`].includes(addend.shape.join());
  return fits && addend.splat === undefined ? product.withAddend?.(addend.name()) : undefined;
}

const addN: Lowering = (call) => {
  const terms = Object.values(call.inputs);
  // ONNX's Sum takes any number of terms, but WebGPU does not have it.
  const name = terms.map((term) => term.name()).reduce((sum, term) => call.graph.node('Add', [sum, term]));
  return result(call, name, terms[0]!.shape, terms[0]!.dtype);
};

const negate: Lowering = (call) => {
  const value = operator('Neg')(call) as TracedValue;
  value.negated = call.inputs['x']!;
  return value;
};

const subtract: Lowering = (call) => {
  const { a, b } = operands(call);
  return b.splat === 0 && covers(a, b) ? a : binary('Sub')(call);
};

const multiply: Lowering = (call) => {
  const { a, b } = operands(call);
  if (b.splat === 1 && covers(a, b)) return a;
  if (a.splat === 1 && covers(b, a)) return b;
  if (a.splat === 0 || b.splat === 0) {
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return TracedValue.filled(call.graph, 0, shape, a.dtype);
  }
  if (a === b) return unary(({ graph }, x) => graph.node('Mul', [x, x]))({ ...call, inputs: { x: a } });
  return binaryNode(call, 'Mul', a, b, a.dtype);
};

/** Below it, a node of the graph costs more than what it computes. */
const FEW_ELEMENTS = 4096;

/**
 * On a CPU as max(x, exp(min(x, 0)) - 1): ONNX Runtime's own ELU takes the exponential of one number at a time, and the
 * exponential is already the derivative. Few numbers are quicker in one node: the CELU with α = 1 is the same function, and
 * a third faster than the ELU.
 */
const elu: Lowering = (call) => {
  const { graph } = call;
  const x = call.inputs['x']!;
  if (graph.target.device !== 'cpu') return operator('Elu')(call) as TracedValue;
  if (util.sizeFromShape(x.shape) < FEW_ELEMENTS) return operator('Celu')(call) as TracedValue;
  const named = (name: string): TracedValue =>
    TracedValue.images(graph, name, x.layout, x.shape, call.kernel, 'float32');
  const input = x.nameIn(x.layout);
  const exponential = graph.node('Exp', [graph.node('Clip', [input, '', graph.float(0)])]);
  const value = named(graph.node('Max', [input, graph.node('Sub', [exponential, graph.float(1)])]));
  value.eluDerivative = named(exponential);
  return value;
};

/** dy · (y + 1 where y < 0, else 1): the derivative of ELU in terms of its output y, which is never below -1. */
const eluGradient: Lowering = (call) => {
  const { graph } = call;
  const dy = call.inputs['dy']!;
  const y = call.inputs['y']!;
  const derivative = y.eluDerivative;
  // Another layout costs more than the derivative does.
  const isAtHand = derivative?.existsIn(dy.layout) || !y.existsIn(dy.layout);
  if (derivative && isAtHand) return binaryNode(call, 'Mul', dy, derivative, 'float32');
  return broadcast(call, dy, y, y.shape, 'float32', ([upstream, output]) => {
    // min(1, max(0, y + 1)) in one pass.
    const one = new FloatAttribute(1);
    return graph.node('Mul', [upstream, graph.node('HardSigmoid', [output], { alpha: one, beta: one })]);
  });
};

type NumericType = Exclude<DataType, 'string' | 'complex64'>;

const CONVERT: Readonly<Record<NumericType, (element: number) => number>> = {
  float32: Math.fround,
  int32: Math.trunc,
  bool: (element) => Number(element !== 0),
};

const cast: Lowering = (call) => {
  const x = call.inputs['x']!;
  const dtype = call.attributes['dtype'] as NumericType;
  if (dtype === x.dtype) return x;
  if (x.splat !== undefined) return TracedValue.filled(call.graph, CONVERT[dtype](x.splat), x.shape, dtype);
  const onnxType = { float32: 1, int32: 6, bool: 9 }[dtype];
  return result(call, call.graph.node('Cast', [x.name()], { to: onnxType }), x.shape, dtype);
};

const select: Lowering = (call) => {
  const { condition, t, e } = call.inputs as Record<'condition' | 't' | 'e', TracedValue>;
  return result(call, call.graph.node('Where', [condition.name(), t.name(), e.name()]), t.shape, t.dtype);
};

const square: Lowering = unary(({ graph }, x) => graph.node('Mul', [x, x]));
const reciprocalSquareRoot: Lowering = unary(({ graph }, x) =>
  graph.node('Reciprocal', [graph.node('Sqrt', [x])]),
);

const squaredDifference: Lowering = (call) => {
  const { a, b } = operands(call);
  const difference = binaryNode(call, 'Sub', a, b, 'float32');
  return square({ ...call, inputs: { x: difference } });
};

/** The largest factor that is not infinite: times it, every normal number above 0 is above 1. */
const STEEPEST = 3.4e38;

/** 1 above zero, elsewhere alpha. */
const stepOf: Lowering = unary(({ graph, attributes }, x) => {
  const alpha = (attributes['alpha'] as number | undefined) ?? 0;
  if (alpha === 0 && graph.target.device === 'cpu') {
    // max(0, min(1, STEEPEST x)) in one pass.
    const slope = { alpha: new FloatAttribute(STEEPEST), beta: new FloatAttribute(0) };
    return graph.node('HardSigmoid', [x], slope);
  }
  const above = graph.node('Greater', [x, graph.float(0)]);
  return alpha === 0
    ? graph.node('Cast', [above], { to: 1 })
    : graph.node('Where', [above, graph.float(1), graph.float(alpha)]);
});

/** Of what was rectified, above zero where the result is: what it was before need not be kept. */
const step: Lowering = (call) => {
  const x = call.inputs['x']!;
  const isGradient = !call.attributes['alpha'];
  return stepOf({ ...call, inputs: { x: (isGradient && x.rectified) || x } });
};

const relu: Lowering = (call) => {
  const x = call.inputs['x']!;
  const compute = (part: TracedValue): TracedValue =>
    operator('Relu')({ ...call, inputs: { x: part } }) as TracedValue;
  return (x.rectified = x.fromParts(compute) ?? compute(x));
};

/** x passed through where it lies within the bounds. */
const clip: Lowering = unary(({ graph, attributes }, x) =>
  graph.node('Clip', [
    x,
    graph.float(attributes['clipValueMin'] as number),
    graph.float(attributes['clipValueMax'] as number),
  ]),
);

export const elementwiseKernels: Record<string, Lowering> = {
  Add: add,
  AddN: addN,
  Sub: subtract,
  Multiply: multiply,
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: squaredDifference,
  Equal: binary('Equal', 'bool'),
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  LogicalAnd: binary('And', 'bool'),
  LogicalNot: operator('Not'),
  Neg: negate,
  Abs: operator('Abs'),
  Exp: operator('Exp'),
  Erf: operator('Erf'),
  Log: operator('Log'),
  Sqrt: operator('Sqrt'),
  Sigmoid: operator('Sigmoid'),
  Softplus: operator('Softplus'),
  Tanh: operator('Tanh'),
  Relu: relu,
  Elu: elu,
  EluGrad: eluGradient,
  Step: step,
  Square: square,
  Rsqrt: reciprocalSquareRoot,
  Reciprocal: operator('Reciprocal'),
  ClipByValue: clip,
  Cast: cast,
  Select: select,
};
