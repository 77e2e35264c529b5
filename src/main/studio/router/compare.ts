import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import type { Studio } from '../studio';

export const compareHandlers = ({ registry }: Studio): Handlers<StudioContract>['compare'] => ({
  metrics: ({ runIds }) => registry.sharedMetrics(runIds),
  groups: ({ runIds }) => registry.seedGroups(runIds),
  curves: (request) => registry.compare(request),
  table: ({ runIds, metric }) => registry.compareInTable(runIds, metric),
  atStep: ({ runIds, metric, step }) => registry.valuesAtStep(runIds, metric, step),
});
