import { createHash } from 'node:crypto';
import onnxProto from 'onnx-proto';
import { fuseElementwise } from './fusion/fuse-elementwise';
import { FloatAttribute, FloatAttributes, type GraphNode } from './graph-node';

const { onnx } = onnxProto;

/** Element types that cross the graph's boundary. TF.js has no uint8: such inputs are cast to float32 on entry. */
export type ElementType = 'float32' | 'int32' | 'uint8' | 'bool' | 'int64';

const ONNX_TYPE: Record<ElementType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };

/** ONNX operator set: 18 is the first where every reduction takes its axes as an input. */
const OPERATOR_SET = 18;
const INTERMEDIATE_REPRESENTATION_VERSION = 9;

/** Larger constants, in bytes, are told apart by a digest of their content. */
const LARGEST_KEY = 4096;

/** Constants of no more numbers are remembered. */
const FEW_NUMBERS = 8;

interface ValueInfo {
  name: string;
  /** Null is any shape. */
  shape: readonly number[] | null;
  /** A sequence is one of float32 tensors. */
  type: ElementType | 'sequence';
}

const FLOAT = 1;
const FLOAT16 = 10;
/** Where the arithmetic is; all others are bound by memory or need the range. */
const PRODUCTS: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'Conv', 'ConvTranspose']);

/**
 * `mixed`: matrix products and convolutions take and give float16; everything else, parameters and sums included, is
 * float32. Automatic mixed precision as in Micikevicius et al., "Mixed Precision Training" (2018).
 */
export type Precision = 'float32' | 'mixed';

/** Thrown by what would add to a graph in `ifKnown`. */
const UNKNOWN = new Error('The graph has no such node.');

/** Where a graph will run: some operations are written differently for it. */
export interface GraphTarget {
  /** float32 if left out */
  precision?: Precision | undefined;
  /** `gpu` is one of any maker; `cuda` one that has NVIDIA's libraries. */
  device: 'cpu' | 'gpu' | 'cuda';
  /** Channels that are neighbours in blocked images (see `image-layout.ts`), where the engine has them. */
  channelBlock?: number | undefined;
  /** Whether the engine has our own operators (`src/operators`). */
  hasOwnOperators?: boolean | undefined;
}

/**
 * Builds one ONNX graph. Equal nodes and equal constants are created once (common subexpressions), and nodes
 * that no output needs are left out when encoding.
 */
export class GraphBuilder {
  readonly target: GraphTarget;
  private readonly nodes: GraphNode[] = [];
  private readonly initializers: { name: string; dims: number[]; type: ElementType; bytes: Uint8Array }[] =
    [];
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: (ValueInfo & { source: string })[] = [];
  /** Of small constants. */
  private readonly numbers = new Map<string, readonly number[]>();
  /** Of values of float32. */
  private readonly shapes = new Map<string, readonly number[]>();
  private readonly known = new Map<string, string[]>();
  private readonly makers = new Map<string, GraphNode>();
  private counter = 0;
  private isClosed = false;

  constructor(target: GraphTarget = { device: 'cpu' }) {
    this.target = target;
  }

  input(name: string, shape: ValueInfo['shape'], type: ElementType): string {
    this.inputs.push({ name, shape, type });
    if (shape && type === 'float32') this.shapes.set(name, shape);
    return name;
  }

  /** Declares a graph output named `name` that carries the value `source`. */
  output(name: string, source: string, shape: ValueInfo['shape'], type: ValueInfo['type']): void {
    this.outputs.push({ name, source, shape, type });
  }

  /** Says the shape of a value of float32. */
  declare(name: string, shape: readonly number[]): void {
    this.shapes.set(name, shape);
  }

  /** An output before all others. */
  firstOutput(name: string, source: string, shape: ValueInfo['shape'], type: ValueInfo['type']): void {
    this.outputs.unshift({ name, source, shape, type });
  }

  /** Adds a node, or finds the equal one that is already there; returns the name of its first output. */
  node(operator: string, inputs: string[], attributes: GraphNode['attributes'] = {}): string {
    if (this.target.precision !== 'mixed' || !PRODUCTS.has(operator))
      return this.nodeWithOutputs(operator, inputs, 1, attributes)[0]!;
    const halves = inputs.map((input) => input && this.kept(this.node('Cast', [input], { to: FLOAT16 })));
    const [product] = this.nodeWithOutputs(operator, halves, 1, attributes);
    return this.node('Cast', [this.kept(product!)], { to: FLOAT });
  }

  /**
   * ONNX Runtime has no such products on CPUs: it computes them in float32 and leaves out casts there and back. A reshape
   * between the casts, which costs nothing, keeps the rounding.
   */
  private kept(half: string): string {
    if (this.target.device !== 'cpu') return half;
    return this.node('Reshape', [half, this.node('Shape', [half])]);
  }

  /** What `write` returns if all nodes that it asks for are there already, else nothing; none is added. */
  ifKnown<Value>(write: () => Value): Value | undefined {
    const wasClosed = this.isClosed;
    this.isClosed = true;
    try {
      return write();
    } catch (error) {
      if (error === UNKNOWN) return undefined;
      throw error;
    } finally {
      this.isClosed = wasClosed;
    }
  }

  nodeWithOutputs(
    operator: string,
    inputs: string[],
    outputCount: number,
    attributes: GraphNode['attributes'] = {},
  ): string[] {
    const key = `${operator}(${inputs.join()})${outputCount}${JSON.stringify(attributes)}`;
    const existing = this.known.get(key);
    if (existing) return existing;
    if (this.isClosed) throw UNKNOWN;
    const outputs = Array.from({ length: outputCount }, () => `v${this.counter++}`);
    const node = { operator, inputs, outputs, attributes };
    this.nodes.push(node);
    for (const output of outputs) this.makers.set(output, node);
    this.known.set(key, outputs);
    return outputs;
  }

  /** The node that makes a value; nothing for what the graph is given. */
  makerOf(name: string): GraphNode | undefined {
    return this.makers.get(name);
  }

  float(value: number): string {
    return this.constant(Float32Array.of(value), [], 'float32');
  }

  /** A vector of int64, as shapes, axes and permutations are passed. */
  integers(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  constant(
    values: Float32Array | Int32Array | Uint8Array | BigInt64Array,
    shape: readonly number[],
    type: ElementType,
  ): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const content =
      bytes.byteLength <= LARGEST_KEY
        ? Buffer.from(bytes).toString('base64')
        : createHash('sha256').update(bytes).digest('base64');
    const key = `constant:${type}[${shape.join()}]${content}`;
    const existing = this.known.get(key);
    if (existing) return existing[0]!;
    if (this.isClosed) throw UNKNOWN;
    const name = `c${this.counter++}`;
    this.initializers.push({ name, dims: [...shape], type, bytes });
    if (type === 'float32') this.shapes.set(name, shape);
    if (values.length <= FEW_NUMBERS) this.numbers.set(name, Array.from(values, Number));
    this.known.set(key, [name]);
    return name;
  }

  /** A value baked into the graph under a readable name, e.g. a weight of an exported policy. */
  initializer(name: string, values: Float32Array, shape: readonly number[]): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push({ name, dims: [...shape], type: 'float32', bytes });
    return name;
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  /** How many nodes of each operator the encoded graph holds. */
  operatorCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operator } of this.liveNodes()) counts[operator] = (counts[operator] ?? 0) + 1;
    return counts;
  }

  encode(name: string): Uint8Array {
    const nodes = this.liveNodes();
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const domains = new Set(nodes.map((node) => splitDomain(node.operator).domain));
    const model = onnx.ModelProto.create({
      irVersion: INTERMEDIATE_REPRESENTATION_VERSION,
      producerName: 'ditto-studio',
      opsetImport: [...new Set(['', ...domains])].map((domain) => ({
        domain,
        version: domain === '' ? OPERATOR_SET : 1,
      })),
      graph: {
        name,
        node: nodes.map((node) => ({
          ...splitDomain(node.operator),
          input: node.inputs,
          output: node.outputs,
          attribute: Object.entries(node.attributes).map(([key, value]) => encodeAttribute(key, value)),
        })),
        initializer: this.initializers
          .filter((entry) => used.has(entry.name))
          .map((entry) => ({
            name: entry.name,
            dims: entry.dims,
            dataType: ONNX_TYPE[entry.type],
            rawData: entry.bytes,
          })),
        input: this.inputs.map(encodeValueInfo),
        output: this.outputs.map(encodeValueInfo),
        valueInfo: this.productShapes(nodes).map(encodeValueInfo),
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }

  /**
   * The shapes of products, which ONNX Runtime cannot tell where our own operators are. It would not find a place for one in what
   * was freed before, look through all that was freed each time, and take three times as long to make a session.
   */
  private productShapes(nodes: readonly GraphNode[]): ValueInfo[] {
    if (!this.target.hasOwnOperators) return [];
    return nodes.flatMap(({ operator, outputs }) => {
      const [name] = outputs as [string];
      const shape = operator === 'Gemm' ? this.shapes.get(name) : undefined;
      return shape ? [{ name, shape, type: 'float32' as const }] : [];
    });
  }

  /** Without those that no output needs; what is an output has its name, so that nothing is copied. */
  private liveNodes(): GraphNode[] {
    const needed = this.fused(this.neededNodes());
    const computed = new Set(needed.flatMap((node) => node.outputs));
    const outputName = new Map<string, string>();
    const copies: GraphNode[] = [];
    for (const { name, source } of this.outputs) {
      if (computed.has(source) && !outputName.has(source)) outputName.set(source, name);
      else copies.push({ operator: 'Identity', inputs: [source], outputs: [name], attributes: {} });
    }
    const renamed = (value: string): string => outputName.get(value) ?? value;
    return [...needed, ...copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    }));
  }

  /** Element-wise nodes made one, where the engine has the operator for it. */
  private fused(nodes: GraphNode[]): GraphNode[] {
    if (!this.target.hasOwnOperators) return nodes;
    const values = {
      shapeOf: (name: string) => this.shapes.get(name),
      constantOf: (name: string) => this.numbers.get(name),
    };
    return fuseElementwise(nodes, values, new Set(this.outputs.map(({ source }) => source)));
  }

  private neededNodes(): GraphNode[] {
    const needed = new Set(this.outputs.map((output) => output.source));
    const live: GraphNode[] = [];
    for (let index = this.nodes.length - 1; index >= 0; index--) {
      const node = this.nodes[index]!;
      if (!node.outputs.some((output) => needed.has(output))) continue;
      live.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    return live.reverse();
  }
}

function splitDomain(operator: string): { opType: string; domain: string } {
  const [opType, domain = ''] = operator.split(':').reverse() as [string, string?];
  return { opType, domain };
}

function encodeAttribute(name: string, value: GraphNode['attributes'][string]): object {
  const { AttributeType } = onnx.AttributeProto;
  if (value instanceof FloatAttribute) return { name, type: AttributeType.FLOAT, f: value.value };
  if (value instanceof FloatAttributes)
    return { name, type: AttributeType.FLOATS, floats: [...value.values] };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function encodeValueInfo({ name, shape, type }: ValueInfo): object {
  if (type === 'sequence') {
    const elemType = { tensorType: { elemType: ONNX_TYPE.float32 } };
    return { name, type: { sequenceType: { elemType } } };
  }
  const dim = shape?.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: ONNX_TYPE[type], ...(dim && { shape: { dim } }) } } };
}
