import { util } from '@tensorflow/tfjs-core';
import { FloatAttribute } from '../graph-node';
import { knownOfParts, type Lowering } from '../lowering';
import { TracedValue } from '../traced-value';
import { binaryNode, broadcast, operator, unary } from './elementwise-node';

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
  if (graph.target.hasOwnOperators || util.sizeFromShape(x.shape) < FEW_ELEMENTS)
    return operator('Celu')(call) as TracedValue;
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

const rectifyAlone = operator('Relu');
const rectify: Lowering = (call) => call.inputs['x']!.withRelu?.() ?? rectifyAlone(call);
const relu: Lowering = (call) => {
  const rectified = knownOfParts(call, 'x', rectify) ?? (rectify(call) as TracedValue);
  call.inputs['x']!.rectified = rectified;
  return rectified;
};

export const activationKernels: Record<string, Lowering> = {
  Elu: elu,
  EluGrad: eluGradient,
  Relu: relu,
  Sigmoid: operator('Sigmoid'),
  Softplus: operator('Softplus'),
  Step: step,
  Tanh: operator('Tanh'),
};
