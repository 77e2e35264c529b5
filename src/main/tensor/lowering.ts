import type { DataType, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from './graph';
import { TracedValue } from './traced-value';

/** What a lowering is given: the graph to write to, the traced inputs by TF.js's names, and the attributes. */
export interface LoweringCall {
  graph: GraphBuilder;
  /** The TF.js kernel being lowered. */
  kernel: string;
  inputs: Record<string, TracedValue>;
  attributes: Record<string, unknown>;
}

/** Writes one TF.js kernel into the graph as ONNX nodes, and says what came out. */
export type Lowering = (call: LoweringCall) => TracedValue | TracedValue[];

export function result(
  call: LoweringCall,
  name: string,
  shape: readonly number[],
  dtype: DataType = 'float32',
) {
  return TracedValue.named(call.graph, name, shape, dtype, call.kernel);
}

/**
 * What `lower` makes of all rows of an input, put together from what it has made of each of their parts already; nothing
 * if a part is new. Rows have to be lowered each by itself.
 */
export function knownOfParts(call: LoweringCall, input: string, lower: Lowering): TracedValue | undefined {
  const { graph, inputs } = call;
  const { parts } = inputs[input]!;
  const lowerPart = (part: TracedValue): TracedValue =>
    lower({ ...call, inputs: { ...inputs, [input]: part } }) as TracedValue;
  const known = parts && graph.ifKnown(() => parts.map(lowerPart));
  return known && TracedValue.joinedRows(graph, known, call.kernel);
}

/** The call that TF.js's kernel arguments describe. */
export function toCall(
  graph: GraphBuilder,
  kernel: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap | undefined,
  valueOf: (tensor: TensorInfo) => TracedValue,
): LoweringCall {
  const traced: Record<string, TracedValue> = {};
  for (const [name, input] of Object.entries(inputs)) {
    // TF.js leaves optional inputs undefined.
    if (input !== undefined) traced[name] = valueOf(input as TensorInfo);
  }
  return { graph, kernel, inputs: traced, attributes: (attributes ?? {}) as Record<string, unknown> };
}
