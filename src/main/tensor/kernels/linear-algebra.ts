import { backend_util } from '@tensorflow/tfjs-core';
import { knownOfParts, result, type Lowering, type LoweringCall } from '../lowering';
import { PRODUCT, takesColumns } from '../own-operators';
import { TracedValue } from '../traced-value';
import { acceptingBias } from './convolution/accepting-bias';
import { placeOf } from './permute';

const matMul: Lowering = (call) => {
  const a = call.inputs['a']!;
  const b = call.inputs['b']!;
  const transposeA = Boolean(call.attributes['transposeA']);
  const transposeB = Boolean(call.attributes['transposeB']);
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (batch.some((size) => size !== 1)) {
    const left = transposeA ? swapLast(call, a) : a.name();
    const right = transposeB ? swapLast(call, b) : b.name();
    return result(call, call.graph.node('MatMul', [left, right]), [...batch, rows, columns]);
  }
  const known = transposeA ? undefined : knownOfParts(call, 'a', matMul);
  if (known) return known;
  const left = asMatrix(call, a);
  const right = asMatrix(call, b);
  const shape = [...batch, rows, columns];
  if (transposeA && !transposeB && batch.length === 0) {
    // The shape of every weight gradient. Not written yet: see TracedValue.joinSums.
    const sparseFrom = sparseColumns(call, a, columns);
    const product = { left, right, rows: a.shape[0]!, sparseFrom };
    return TracedValue.transposedProducts(call.graph, [product], shape);
  }
  const isPlain = !transposeA && !transposeB && batch.length === 0;
  const inner = a.shape.at(-1)!;
  const dense = isPlain ? sparseColumns(call, a, columns) : undefined;
  if (dense !== undefined) return ownProduct(call, [left, right], [rows, inner, dense, columns]);
  const general = (...addend: string[]): string =>
    call.graph.node('Gemm', [left, right, ...addend], {
      transA: Number(transposeA),
      transB: Number(transposeB),
    });
  const name = transposeA || transposeB ? general() : call.graph.node('MatMul', [left, right]);
  if (batch.length > 0)
    return result(call, call.graph.node('Reshape', [name, call.graph.integers(shape)]), shape);
  const { device, precision } = call.graph.target;
  const isOwn = isPlain && rows >= ENOUGH_ROWS && takesColumns(call.graph.target, columns);
  const product = result(call, name, shape);
  const rectifiable = (value: TracedValue, ...bias: string[]): TracedValue => {
    if (isOwn) value.withRelu = () => ownNode(call, [left, right], [rows, inner, inner, columns], bias, true);
    return value;
  };
  // A product in half precision would take its addend in half precision.
  if (device === 'cpu' && precision !== 'mixed')
    product.withAddend = (addend) => {
      const addends = addend.shape.join();
      if (addends === `${columns}`)
        return rectifiable(result(call, general(addend.name()), shape), addend.name());
      return addends === `${rows},${columns}` ? result(call, general(addend.name()), shape) : undefined;
    };
  return rectifiable(product);
};

/** With fewer rows ONNX Runtime is faster. */
const ENOUGH_ROWS = 128;

/** From which column on our own operators make use of its zeros. */
function sparseColumns(
  { graph }: LoweringCall,
  { sparseFrom }: TracedValue,
  out: number,
): number | undefined {
  return takesColumns(graph.target, out) ? sparseFrom : undefined;
}

/** Rows, columns, the dense ones of these, columns of the product. */
type ProductSizes = [number, number, number, number];

function ownProduct(call: LoweringCall, factors: [string, string], sizes: ProductSizes): TracedValue {
  return acceptingBias((...bias) => {
    const product = ownNode(call, factors, sizes, bias, false);
    product.withRelu = () => ownNode(call, factors, sizes, bias, true);
    return product;
  });
}

function ownNode(
  call: LoweringCall,
  [left, right]: [string, string],
  sizes: ProductSizes,
  bias: string[],
  rectifies: boolean,
): TracedValue {
  const { name, offset } = placeOf(call.graph, left);
  const attributes = {
    sizes: [...sizes, offset],
    has_addend: [bias.length],
    rectifies: [Number(rectifies)],
  };
  const product = call.graph.node(PRODUCT, [name, right, ...bias], attributes);
  return result(call, product, [sizes[0], sizes[3]]);
}

function asMatrix(call: LoweringCall, x: TracedValue): string {
  if (x.shape.length === 2) return x.name();
  return call.graph.node('Reshape', [x.name(), call.graph.integers(x.shape.slice(-2))]);
}

function swapLast(call: LoweringCall, x: TracedValue): string {
  const perm = x.shape.map((_, axis) => axis);
  [perm[perm.length - 1], perm[perm.length - 2]] = [perm.length - 2, perm.length - 1];
  return call.graph.node('Transpose', [x.name()], { perm });
}

const cumulativeSum: Lowering = (call) => {
  const x = call.inputs['x']!;
  const axis = call.graph.constant(Int32Array.of(call.attributes['axis'] as number), [], 'int32');
  const name = call.graph.node('CumSum', [x.name(), axis], {
    exclusive: Number(Boolean(call.attributes['exclusive'])),
    reverse: Number(Boolean(call.attributes['reverse'])),
  });
  return result(call, name, x.shape, x.dtype);
};

export const linearAlgebraKernels: Record<string, Lowering> = {
  BatchMatMul: matMul,
  Cumsum: cumulativeSum,
};
