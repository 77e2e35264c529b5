import { result, type Lowering } from '../lowering';
import { LAYER_NORMALIZATION_GRADIENT, SAMPLE_ONE_HOT } from '../own-operators';
import type { TracedValue } from '../traced-value';

/* Kernels that TF.js does not have (see `operations.ts`) and that are one node each, or none, with our own operators. */

const sampleOneHot: Lowering = (call) => {
  const { probabilities, uniform } = call.inputs as Record<'probabilities' | 'uniform', TracedValue>;
  const { shape } = probabilities;
  const name = call.graph.node(SAMPLE_ONE_HOT, [probabilities.name(), uniform.name()], { shape });
  return result(call, name, shape);
};

const layerNormalizationGradient: Lowering = (call) => {
  type Name = 'dy' | 'x' | 'scale' | 'mean' | 'inverseDeviation';
  const { dy, x, scale, mean, inverseDeviation } = call.inputs as Record<Name, TracedValue>;
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
  LayerNormalizationGradient: layerNormalizationGradient,
  MostlyZero: mostlyZero,
  SampleOneHot: sampleOneHot,
};
