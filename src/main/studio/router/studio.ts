import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { knownEnvironments } from '../environments/added-environments';
import { versions } from '../../trainer/run-folder';
import type { Studio } from '../studio';

export const studioHandlers = (studio: Studio): Handlers<StudioContract>['studio'] => ({
  describe: () => {
    const { studio: version, node, onnxruntime, platform } = versions();
    const { home } = studio.registry;
    return { version, node, onnxruntime, platform, home, environments: knownEnvironments(home) };
  },
  notices: () => studio.notices.list(),
  dismissNotice: ({ id }) => studio.notices.dismiss(id),
  events: (_, signal) => studio.hub.batches(signal),
});
