import { backend_util } from '@tensorflow/tfjs-core';
import { knownOfParts, result, type Lowering, type LoweringCall } from '../lowering';
import { SPARSE_PRODUCT, takesColumns } from '../own-operators';
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
  const dense = transposeA || transposeB || batch.length > 0 ? undefined : sparseColumns(call, a, columns);
  if (dense !== undefined) return sparseProduct(call, [left, right], [rows, a.shape[1]!, dense, columns]);
  const general = (...addend: string[]): string =>
    call.graph.node('Gemm', [left, right, ...addend], {
      transA: Number(transposeA),
      transB: Number(transposeB),
    });
  const name = transposeA || transposeB ? general() : call.graph.node('MatMul', [left, right]);
  if (batch.length === 0) {
    const product = result(call, name, shape);
    // A product in half precision would take its addend in half precision.
    const { device, precision } = call.graph.target;
    if (device === 'cpu' && precision !== 'mixed')
      product.withAddend = (addend) => {
        const fits = [`${rows},${columns}`, `${columns}`].includes(addend.shape.join());
        return fits ? result(call, general(addend.name()), shape) : undefined;
      };
    return product;
  }
  return result(call, call.graph.node('Reshape', [name, call.graph.integers(shape)]), shape);
};

/** From which column on our own operators make use of its zeros. */
function sparseColumns(
  { graph }: LoweringCall,
  { sparseFrom }: TracedValue,
  out: number,
): number | undefined {
  return takesColumns(graph.target, out) ? sparseFrom : undefined;
}

/** @param sizes rows, columns, the dense ones of these, columns of the product */
function sparseProduct(
  call: LoweringCall,
  factors: [string, string],
  sizes: [number, number, number, number],
): TracedValue {
  const [rows, , , columns] = sizes;
  return acceptingBias((...bias) => {
    const { name: left, offset } = placeOf(call.graph, factors[0]);
    const attributes = { sizes: [...sizes, offset], has_addend: [bias.length] };
    const name = call.graph.node(SPARSE_PRODUCT, [left, factors[1], ...bias], attributes);
    return result(call, name, [rows, columns]);
  });
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
