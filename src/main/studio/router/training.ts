import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { createEvaluation } from '../create-evaluation';
import { createForSeeds } from '../create-for-seeds';
import { estimateTraining } from '../estimate/estimate-training';
import type { Studio } from '../studio';

export const trainingHandlers = (studio: Studio): Handlers<StudioContract>['training'] => {
  const { registry, queue } = studio;
  const enqueue = (id: string): void => {
    queue.add({ type: 'run', id });
    studio.runChanged(id);
  };
  return {
    estimate: (request) => estimateTraining(registry, request),
    start: async ({ training, name, seeds }) => {
      const runs = await createForSeeds(registry, training, seeds, name);
      for (const { id } of runs) enqueue(id);
      return runs;
    },
    evaluate: async (request) => {
      const run = await createEvaluation(registry, request);
      enqueue(run.id);
      return run;
    },
  };
};
