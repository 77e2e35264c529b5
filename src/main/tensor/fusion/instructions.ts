import type { FloatAttribute, GraphNode } from '../graph-node';

/* What element-wise nodes are in instructions of the operator of `src/operators/elementwise.c`. */

/** In the order of `Operation` there. */
export const OPERATIONS = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Max',
  'Min',
  'Less',
  'LessOrEqual',
  'Equal',
  'Where',
  'Neg',
  'Abs',
  'Reciprocal',
  'Sqrt',
  'Exp',
  'Tanh',
  'Sigmoid',
  'Elu',
  'EluSlope',
  'Copy',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** What an instruction reads: an input, a number, or what another instruction gave. */
export type Operand = { input: number } | { constant: number } | { result: number };

/** Adds an instruction. */
export type Write = (operation: Operation, ...operands: Operand[]) => Operand;

/** Writes the instructions of a node, whose optional inputs may be missing; returns where its result is. */
type Writer = (write: Write, operands: readonly Operand[], node: GraphNode) => Operand;

const number = (constant: number): Operand => ({ constant });

const direct =
  (operation: Operation): Writer =>
  (write, operands) =>
    write(operation, ...operands);

const chained =
  (operation: Operation): Writer =>
  (write, operands) =>
    operands.reduce((left, right) => write(operation, left, right));

const swapped =
  (operation: Operation): Writer =>
  (write, [a, b]) =>
    write(operation, b!, a!);

const clip: Writer = (write, [x, low, high]) => {
  const above = low ? write('Max', x!, low) : x!;
  return high ? write('Min', above, high) : above;
};

const hardSigmoid: Writer = (write, [x], { attributes }) => {
  const [alpha, beta] = [attributes['alpha'], attributes['beta']].map(
    (attribute) => (attribute as FloatAttribute).value,
  ) as [number, number];
  // As which the derivative of ELU is written.
  if (alpha === 1 && beta === 1) return write('EluSlope', x!);
  const line = write('Add', write('Mul', x!, number(alpha)), number(beta));
  return write('Max', write('Min', line, number(1)), number(0));
};

/** By ONNX's operator, as our graphs have it: ELU and CELU with α = 1. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  Abs: direct('Abs'),
  Add: direct('Add'),
  And: direct('Mul'),
  Celu: direct('Elu'),
  Clip: clip,
  Div: direct('Div'),
  Elu: direct('Elu'),
  Equal: direct('Equal'),
  Exp: direct('Exp'),
  Greater: swapped('Less'),
  GreaterOrEqual: swapped('LessOrEqual'),
  HardSigmoid: hardSigmoid,
  Less: direct('Less'),
  LessOrEqual: direct('LessOrEqual'),
  Max: chained('Max'),
  Min: chained('Min'),
  Mul: direct('Mul'),
  Neg: direct('Neg'),
  Not: (write, [x]) => write('Sub', number(1), x!),
  Reciprocal: direct('Reciprocal'),
  Relu: (write, [x]) => write('Max', x!, number(0)),
  Sigmoid: direct('Sigmoid'),
  Sqrt: direct('Sqrt'),
  Sub: direct('Sub'),
  Tanh: direct('Tanh'),
  Where: direct('Where'),
};

/** Operators whose results are truth values, which are the numbers 0 and 1 within a program and cannot leave it. */
export const TRUTHS: ReadonlySet<string> = new Set([
  'And',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
]);
