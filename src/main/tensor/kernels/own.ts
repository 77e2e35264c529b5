import { FloatAttributes } from '../graph-node';
import { result, type Lowering } from '../lowering';
import { LAYER_NORMALIZATION, LAYER_NORMALIZATION_GRADIENT, SAMPLE_ONE_HOT, SOFTMAX } from '../own-operators';

/* Kernels that are one node each with our own operators. Those that TF.js does not have are described in `operations.ts`. */

const softmax: Lowering = (call) => {
  const logits = call.inputs['logits']!;
  const name = call.graph.node(SOFTMAX, [logits.name()], { shape: logits.shape });
  return result(call, name, logits.shape);
};

const sampleOneHot: Lowering = (call) => {
  const { probabilities, uniform } = call.inputs as Record<
    'probabilities' | 'uniform',
    (typeof call.inputs)[string]
  >;
  const { shape } = probabilities;
  return result(
    call,
    call.graph.node(SAMPLE_ONE_HOT, [probabilities.name(), uniform.name()], { shape }),
    shape,
  );
};

const layerNormalization: Lowering = (call) => {
  const { x, scale, offset } = call.inputs as Record<'x' | 'scale' | 'offset', (typeof call.inputs)[string]>;
  const inputs = [x.name(), scale.name(), offset.name()];
  const names = call.graph.nodeWithOutputs(LAYER_NORMALIZATION, inputs, 3, {
    shape: x.shape,
    epsilon: new FloatAttributes([call.attributes['epsilon'] as number]),
  });
  const perRow = [...x.shape.slice(0, -1), 1];
  return [x.shape, perRow, perRow].map((shape, index) => result(call, names[index]!, shape));
};

const layerNormalizationGradient: Lowering = (call) => {
  const { dy, x, scale, mean, inverseDeviation } = call.inputs as Record<
    'dy' | 'x' | 'scale' | 'mean' | 'inverseDeviation',
    (typeof call.inputs)[string]
  >;
  const { shape } = x;
  const inputs = [dy, x, scale, mean, inverseDeviation].map((value) => value.name());
  const names = call.graph.nodeWithOutputs(LAYER_NORMALIZATION_GRADIENT, inputs, 2, { shape });
  return names.map((name) => result(call, name, shape));
};

/** The value itself, of whose zeros products may make use. */
const mostlyZero: Lowering = (call) => {
  const x = call.inputs['x']!;
  x.sparseFrom = call.attributes['from'] as number;
  return x;
};

export const ownKernels: Record<string, Lowering> = {
  LayerNormalization: layerNormalization,
  LayerNormalizationGradient: layerNormalizationGradient,
  MostlyZero: mostlyZero,
  SampleOneHot: sampleOneHot,
  Softmax: softmax,
};
