import { backend_util } from '@tensorflow/tfjs-core';
import { knownOfParts, result, type Lowering, type LoweringCall } from '../lowering';
import { ownProduct, takesColumns } from '../own-products';
import { TracedValue } from '../traced-value';
import { acceptingBias } from './convolution/accepting-bias';

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
  const factors = [left, right] as const;
  const isPlain = !transposeA && !transposeB && batch.length === 0;
  return isPlain
    ? plainProduct(call, factors, columns)
    : generalProduct(call, factors, { transA: Number(transposeA), transB: Number(transposeB) }, shape);
};

type Factors = readonly [left: string, right: string];

function generalProduct(
  call: LoweringCall,
  factors: Factors,
  transposes: { transA: number; transB: number },
  shape: number[],
): TracedValue {
  const { graph } = call;
  const isTransposed = transposes.transA + transposes.transB > 0;
  const general = (...addend: string[]): string => graph.node('Gemm', [...factors, ...addend], transposes);
  const name = isTransposed ? general() : graph.node('MatMul', [...factors]);
  if (shape.length > 2) return result(call, graph.node('Reshape', [name, graph.integers(shape)]), shape);
  const product = result(call, name, shape);
  // A product in half precision would take its addend in half precision.
  if (graph.target.device === 'cpu' && graph.target.precision !== 'mixed')
    product.withAddend = (addend) => {
      const fits = [shape.join(), `${shape[1]}`].includes(addend.shape.join());
      return fits ? result(call, general(addend.name()), shape) : undefined;
    };
  return product;
}

/** With fewer rows ONNX Runtime is faster. */
const ENOUGH_ROWS = 128;

/** Of two matrices as they are: by our own operator, if that can leave out zeros or make the whole layer with its ReLU. */
function plainProduct(call: LoweringCall, factors: Factors, columns: number): TracedValue {
  const a = call.inputs['a']!;
  const [rows, inner] = a.shape as [number, number];
  const shape = [rows, columns];
  const own = (dense: number, bias: string[], rectifies = false): TracedValue => {
    const sizes = { rows, columns: inner, dense, out: columns };
    return result(call, ownProduct(call.graph, factors, sizes, bias, rectifies), shape);
  };
  const dense = sparseColumns(call, a, columns);
  if (dense !== undefined)
    return acceptingBias((...bias) => {
      const product = own(dense, bias);
      product.withRelu = () => own(dense, bias, true);
      return product;
    });
  const product = generalProduct(call, factors, { transA: 0, transB: 0 }, shape);
  if (rows < ENOUGH_ROWS || !takesColumns(call.graph.target, columns)) return product;
  product.withRelu = () => own(inner, [], true);
  const { withAddend } = product;
  product.withAddend = (addend) => {
    const sum = withAddend?.(addend);
    if (sum && addend.shape.length === 1) sum.withRelu = () => own(inner, [addend.name()], true);
    return sum;
  };
  return product;
}

/** From which column on our own operators make use of its zeros. */
function sparseColumns(
  { graph }: LoweringCall,
  { sparseFrom }: TracedValue,
  out: number,
): number | undefined {
  return takesColumns(graph.target, out) ? sparseFrom : undefined;
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
