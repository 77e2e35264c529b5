import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { workProgress } from '../datasets/work-progress';
import { addEnvironment, removeEnvironment } from '../environments/added-environments';
import { gymnasiumStatus, setUpGymnasium } from '../environments/set-up-gymnasium';
import type { Studio } from '../studio';

export const environmentsHandlers = ({
  registry,
  hub,
}: Studio): Handlers<StudioContract>['environments'] => ({
  gymnasium: () => gymnasiumStatus(registry.home),
  setUp: (_, signal) =>
    workProgress(async (options) => {
      await setUpGymnasium(registry.home, options);
      return gymnasiumStatus(registry.home);
    }, signal),
  add: async (request) => {
    const specification = await addEnvironment(registry.home, request);
    hub.emit({ type: 'environments' });
    return specification;
  },
  remove: ({ id }) => {
    removeEnvironment(registry.home, id);
    hub.emit({ type: 'environments' });
  },
});
