import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph';
import type { ImageLayout } from '../image-layout';
import { result, type Lowering, type LoweringCall } from '../lowering';
import { TracedValue } from '../traced-value';

/* Element-wise nodes on one or two values, in the image layout that suits them. */

/** Applies ONNX nodes to one input, in whichever layout it already has. */
export function unary(write: (call: LoweringCall, x: string) => string): Lowering {
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

export const operator = (name: string): Lowering => unary((call, x) => call.graph.node(name, [x]));

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
export function broadcast(
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

export function binaryNode(
  call: LoweringCall,
  name: string,
  a: TracedValue,
  b: TracedValue,
  dtype: DataType,
) {
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

export const covers = (value: TracedValue, other: TracedValue): boolean =>
  backend_util.assertAndGetBroadcastShape(value.shape, other.shape).join() === value.shape.join();
