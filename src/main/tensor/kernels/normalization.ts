import { FloatAttribute } from '../graph-node';
import { result, type Lowering } from '../lowering';

/** Our own kernel (see `operations.ts`): layer normalisation over the last axis, with what its gradient needs. */
const layerNormalization: Lowering = (call) => {
  const { x, scale, offset } = call.inputs as Record<'x' | 'scale' | 'offset', (typeof call.inputs)[string]>;
  const [normalized, mean, inverseDeviation] = call.graph.nodeWithOutputs(
    'LayerNormalization',
    [x.name(), scale.name(), offset.name()],
    3,
    { axis: -1, epsilon: new FloatAttribute(call.attributes['epsilon'] as number) },
  ) as [string, string, string];
  const perRow = [...x.shape.slice(0, -1), 1];
  return [
    result(call, normalized, x.shape),
    result(call, mean, perRow),
    result(call, inverseDeviation, perRow),
  ];
};

export const normalizationKernels: Record<string, Lowering> = {
  LayerNormalization: layerNormalization,
};
