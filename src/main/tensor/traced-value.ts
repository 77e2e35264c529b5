import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import type { ElementType, GraphBuilder } from './graph';
import { convertLayout, type ImageLayout } from './image-layout';
import { readPart } from './kernels/permute';
import { ownTransposedProduct, takesColumns } from './own-products';
import { sumOfRows } from './row-sums';

/** A product `aᵀ b` of `[k, m]` and `[k, n]` graph values; sums of these become one product over joined rows. */
interface TransposedProduct {
  left: string;
  right: string;
  /** `k` */
  rows: number;
  /** See `TracedValue.sparseFrom`, of the left one. */
  sparseFrom: number | undefined;
}

/** Of so many rows our own operator multiplies them faster than ONNX Runtime, which is as fast with fewer. */
const MANY_ROWS = 1024;

/** A graph value of that many rows. */
interface Matrix {
  name: string;
  rows: number;
}

/**
 * What stands behind a TF.js tensor while tracing: no numbers, only where they will be found in the graph.
 *
 * Four things are decided as late as possible, because they decide the speed of the step:
 * - the memory layout of image batches: convolutions want another one than TF.js has, and element-wise work stays in
 *   whichever its input has;
 * - constants whose elements are all equal stay numbers, so that adding zero or multiplying by one costs nothing;
 * - rows of several matrices, one below the other, stay these matrices: what was computed of each of them already, as a
 *   policy's actions while it was unrolled, is not computed again of them all;
 * - sums of `aᵀ b`, which is what the gradient of a weight used at every time step is, become one product, and sums of
 *   sums over rows, the gradient of a bias used at every time step, become one sum.
 */
export class TracedValue {
  readonly shape: number[];
  readonly dtype: DataType;
  /** The TF.js kernel that made it, for error messages. */
  readonly producer: string;
  /** The value of every element, if known while tracing. */
  splat: number | undefined;
  /** The numbers themselves, for constants. */
  values: TypedArray | undefined;
  /** The matrices whose rows it has, one below the other. */
  parts: TracedValue[] | undefined;
  /** The value whose rows from that one on it has. */
  within: { value: TracedValue; row: number } | undefined;
  /** Of a matrix: from this column on it is mostly zero, as one-hot samples are. */
  sparseFrom: number | undefined;
  /** Of what a ReLU was applied to its result. */
  rectified: TracedValue | undefined;
  /** For a product or convolution: the same with another value added, if that fits, which costs little or nothing there. */
  withAddend: ((addend: TracedValue) => TracedValue | undefined) | undefined;
  /** For a product: the same with what is below zero made zero in the same node. */
  withRelu: (() => TracedValue) | undefined;
  /** Of an ELU its derivative, where that came out on the way. */
  eluDerivative: TracedValue | undefined;
  /** Of a product that need not be in memory to be summed what was multiplied. */
  factors: [TracedValue, TracedValue] | undefined;
  /** Of a negation what it negates. */
  negated: TracedValue | undefined;

  private readonly graph: GraphBuilder;
  private products: TransposedProduct[] | undefined;
  /** Matrices over all of whose rows it is the sum. */
  private summedRows: Matrix[] | undefined;
  private readonly names: Partial<Record<ImageLayout, string>> = {};

  constructor(graph: GraphBuilder, shape: readonly number[], dtype: DataType, producer: string) {
    this.graph = graph;
    this.shape = [...shape];
    this.dtype = dtype;
    this.producer = producer;
  }

  static named(
    graph: GraphBuilder,
    name: string,
    shape: readonly number[],
    dtype: DataType,
    producer: string,
  ) {
    const value = new TracedValue(graph, shape, dtype, producer);
    value.names.last = name;
    if (dtype === 'float32') graph.declare(name, shape);
    return value;
  }

  /** `[batch, height, width, channels]` images that exist in the given layout. */
  static images(
    graph: GraphBuilder,
    name: string,
    layout: ImageLayout,
    shape: readonly number[],
    producer: string,
    dtype: DataType = 'float32',
  ) {
    const value = new TracedValue(graph, shape, dtype, producer);
    value.names[layout] = name;
    if (dtype === 'float32') graph.declare(name, shapeIn(layout, shape));
    return value;
  }

  static constant(graph: GraphBuilder, values: TypedArray, shape: readonly number[], dtype: DataType) {
    const value = new TracedValue(graph, shape, dtype, 'constant');
    value.values = values;
    if (values.length > 0 && areEqual(values)) value.splat = values[0];
    return value;
  }

  static filled(graph: GraphBuilder, element: number, shape: readonly number[], dtype: DataType) {
    const value = new TracedValue(graph, shape, dtype, 'Fill');
    value.splat = element;
    return value;
  }

  static transposedProducts(graph: GraphBuilder, products: TransposedProduct[], shape: readonly number[]) {
    const value = new TracedValue(graph, shape, 'float32', 'BatchMatMul');
    value.products = products;
    return value;
  }

  /** `count` of its images from the one at `begin`, in the layout that they have. */
  someImages(begin: number, count: number): TracedValue {
    const { graph, layout } = this;
    const bounds = [[begin], [begin + count], [0]].map((values) => graph.integers(values));
    const name = graph.node('Slice', [this.nameIn(layout), ...bounds]);
    return TracedValue.images(graph, name, layout, [count, ...this.shape.slice(1)], this.producer);
  }

  /** The rows of matrices of float32 with as many columns, one below the other. */
  static joinedRows(graph: GraphBuilder, parts: TracedValue[], producer: string): TracedValue {
    if (parts.length === 1) return parts[0]!;
    const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
    const value = new TracedValue(graph, [rows, parts[0]!.shape[1]!], 'float32', producer);
    value.parts = parts;
    const { sparseFrom } = parts[0]!;
    if (parts.every((part) => part.sparseFrom === sparseFrom)) value.sparseFrom = sparseFrom;
    return value;
  }

  static sumOfRows(graph: GraphBuilder, summedRows: Matrix[], shape: readonly number[]) {
    const value = new TracedValue(graph, shape, 'float32', 'Sum');
    value.summedRows = summedRows;
    return value;
  }

  /** `this + other` if both are sums of transposed products, or of rows: their joined sum, still one node. */
  joinSums(other: TracedValue): TracedValue | undefined {
    const { graph, shape } = this;
    if (this.products && other.products)
      return TracedValue.transposedProducts(graph, [...this.products, ...other.products], shape);
    if (this.summedRows && other.summedRows)
      return TracedValue.sumOfRows(graph, [...this.summedRows, ...other.summedRows], shape);
    return undefined;
  }

  /** The layout in which the value exists; that of its shape unless convolutions made it. */
  get layout(): ImageLayout {
    if (this.names.last !== undefined) return 'last';
    if (this.names.blocked !== undefined) return 'blocked';
    return this.names.first === undefined ? 'last' : 'first';
  }

  existsIn(layout: ImageLayout): boolean {
    return this.names[layout] !== undefined;
  }

  /** The graph's name for the value in the layout that its shape says. */
  name(): string {
    return this.nameIn('last');
  }

  /** The graph's name for the value in a layout; other ones than `last` are for images. */
  nameIn(layout: ImageLayout): string {
    const existing = this.names[layout];
    if (existing !== undefined) return existing;
    const from = this.layout;
    const source = (this.names[from] ??= this.written());
    this.names[layout] =
      from === layout ? source : convertLayout(this.graph, source, this.shape, from, layout);
    return this.names[layout];
  }

  private written(): string {
    const name = this.materialise();
    if (this.dtype === 'float32') this.graph.declare(name, this.shape);
    return name;
  }

  private materialise(): string {
    if (this.within) return this.rowsWithin(this.within);
    if (this.parts) return this.joinedRows(this.parts.map((part) => part.name()));
    if (this.products) return this.joinedProduct(this.products);
    if (this.summedRows) {
      const joined = this.joinedRows(this.summedRows.map(({ name }) => name));
      const rows = this.summedRows.reduce((total, matrix) => total + matrix.rows, 0);
      return sumOfRows(this.graph, joined, rows, this.shape[0]!);
    }
    if (this.splat !== undefined) {
      const scalar = this.graph.constant(...scalarConstant(this.splat, this.dtype));
      return this.shape.length === 0
        ? scalar
        : this.graph.node('Expand', [scalar, this.graph.integers(this.shape)]);
    }
    if (!this.values) throw new Error(`A value made by ${this.producer} has neither a name nor numbers.`);
    return this.graph.constant(...arrayConstant(this.values, this.shape, this.dtype));
  }

  /** Of operators of our own some read such rows where they are. */
  private rowsWithin({ value, row }: { value: TracedValue; row: number }): string {
    return readPart(this.graph, value.name(), value.shape, [row, 0], this.shape);
  }

  private joinedProduct(products: TransposedProduct[]): string {
    const left = this.joinedRows(products.map((product) => product.left));
    const right = this.joinedRows(products.map((product) => product.right));
    const rows = products.reduce((total, product) => total + product.rows, 0);
    const [columns, out] = this.shape as [number, number];
    const { sparseFrom } = products[0]!;
    const isSparse =
      sparseFrom !== undefined && products.every((product) => product.sparseFrom === sparseFrom);
    if (!isSparse && !(rows >= MANY_ROWS && takesColumns(this.graph.target, out)))
      return this.graph.node('Gemm', [left, right], { transA: 1 });
    const dense = isSparse ? sparseFrom : columns;
    return ownTransposedProduct(this.graph, [left, right], { rows, columns, dense, out });
  }

  private joinedRows(names: string[]): string {
    return names.length === 1 ? names[0]! : this.graph.node('Concat', names, { axis: 0 });
  }
}

/** How the shape of images is declared in the graph. */
function shapeIn(layout: ImageLayout, shape: readonly number[]): readonly number[] {
  if (layout === 'last') return shape;
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return [batch, channels, height, width];
}

/** In a plain loop: TF.js's gradients of sums are made of ones, of which a `paper` step has ten million. */
function areEqual(values: TypedArray): boolean {
  const first = values[0];
  for (let index = 1; index < values.length; index++) if (values[index] !== first) return false;
  return true;
}

type Constant = [Float32Array | Int32Array | Uint8Array, readonly number[], ElementType];

function scalarConstant(element: number, dtype: DataType): Constant {
  return arrayConstant([element], [], dtype);
}

function arrayConstant(values: ArrayLike<number>, shape: readonly number[], dtype: DataType): Constant {
  if (dtype === 'float32') return [Float32Array.from(values), shape, 'float32'];
  if (dtype === 'int32') return [Int32Array.from(values), shape, 'int32'];
  if (dtype === 'bool') return [Uint8Array.from(values), shape, 'bool'];
  throw new Error(`Constants of type ${dtype} cannot be traced.`);
}
