import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import { knownOfParts, result, type Lowering, type LoweringCall } from '../lowering';
import { READING } from '../own-operators';
import { WRITERS } from '../fusion/instructions';
import { TracedValue } from '../traced-value';
import { binaryNode, covers, operator, unary } from './elementwise-node';
import { placeOf } from './permute';

function binary(name: string, dtype?: DataType): Lowering {
  return (call) => {
    const { a, b } = operands(call);
    return binaryNode(call, name, a, b, dtype ?? a.dtype);
  };
}

function operands(call: LoweringCall): { a: TracedValue; b: TracedValue } {
  return { a: call.inputs['a']!, b: call.inputs['b']! };
}

const add: Lowering = (call) => {
  const { a, b } = operands(call);
  if (b.splat === 0 && covers(a, b)) return a;
  if (a.splat === 0 && covers(b, a)) return b;
  const joined = a.shape.join() === b.shape.join() ? a.joinSums(b) : undefined;
  if (joined) return joined;
  if (b.negated) return binaryNode(call, 'Sub', a, b.negated, a.dtype);
  if (a.negated) return binaryNode(call, 'Sub', b, a.negated, a.dtype);
  const known = b.shape.length === 1 ? knownOfParts(call, 'a', add) : undefined;
  if (known) return known;
  return addedTo(a, b) ?? addedTo(b, a) ?? binaryNode(call, 'Add', a, b, a.dtype);
};

/** Both in one node, if one of them is computed with the other as its addend. */
function addedTo(value: TracedValue, addend: TracedValue): TracedValue | undefined {
  return addend.splat === undefined ? value.withAddend?.(addend) : undefined;
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
  if (a === b) return square({ ...call, inputs: { x: a } });
  const product = binaryNode(call, 'Mul', a, b, a.dtype);
  const isOfMatrices = a.shape.length === 2 && a.shape.join() === b.shape.join();
  if (isOfMatrices && [a, b].every((factor) => liesInMemory(call, factor))) product.factors = [a, b];
  return product;
};

/** Whether a matrix is not made by element-wise nodes, which are sooner taken together with what is made of it. */
function liesInMemory({ graph }: LoweringCall, value: TracedValue): boolean {
  if (value.splat !== undefined) return false;
  const maker = graph.makerOf(placeOf(graph, value.name()).name);
  return !(maker && (maker.operator in WRITERS || maker.operator === READING));
}

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

const timesItself = unary(({ graph }, x) => graph.node('Mul', [x, x]));
const square: Lowering = (call) => {
  const value = timesItself(call) as TracedValue;
  const x = call.inputs['x']!;
  value.factors = [x, x];
  return value;
};

const reciprocalSquareRoot: Lowering = unary(({ graph }, x) =>
  graph.node('Reciprocal', [graph.node('Sqrt', [x])]),
);

const squaredDifference: Lowering = (call) => {
  const { a, b } = operands(call);
  const difference = binaryNode(call, 'Sub', a, b, 'float32');
  return square({ ...call, inputs: { x: difference } });
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
  Square: square,
  Rsqrt: reciprocalSquareRoot,
  Reciprocal: operator('Reciprocal'),
  ClipByValue: clip,
  Cast: cast,
  Select: select,
};
