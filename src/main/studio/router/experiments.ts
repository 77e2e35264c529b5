import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { StudioError } from '../../../shared/errors';
import { knownEnvironments } from '../environments/added-environments';
import { builtInExperiments } from '../experiments/built-in';
import { readExperiment } from '../experiments/check';
import { planExperiment } from '../experiments/plan';
import type { Studio } from '../studio';
import { takeOutOfQueue } from '../take-out';

export const experimentsHandlers = (studio: Studio): Handlers<StudioContract>['experiments'] => {
  const { experiments, queue } = studio;

  const isWaiting = (id: string): boolean => queue.state.waiting.some((item) => item.id === id);
  const requireIdle = (id: string): void => {
    if (!queue.running(id) && !isWaiting(id)) return;
    throw new StudioError(`The experiment ${id} is at work or waiting already: pause it first.`);
  };

  return {
    list: () => experiments.list(),
    builtIn: () =>
      builtInExperiments.map((experiment) => ({
        experiment,
        runs: planExperiment(experiment).steps.length,
      })),
    start: ({ experiment: content }) => {
      const experiment = readExperiment(content, 'The file', knownEnvironments(studio.registry.home));
      requireIdle(experiment.id);
      experiments.prepare(experiment);
      queue.add({ type: 'experiment', id: experiment.id });
      return experiments.get(experiment.id);
    },
    resume: ({ id }) => {
      const { status } = experiments.get(id);
      if (status === 'finished')
        throw new StudioError('This experiment is finished: there is nothing left to do.');
      if (isWaiting(id)) queue.move(id, 0);
      else {
        requireIdle(id);
        experiments.requireHere(id);
        queue.add({ type: 'experiment', id }, { first: true });
      }
      if (queue.state.held) queue.release();
      return experiments.get(id);
    },
    pause: ({ id }) => {
      const running = queue.running(id);
      if (running) running.pause();
      else takeOutOfQueue(studio, id);
    },
    remove: ({ id }) => {
      requireIdle(id);
      experiments.remove(id);
    },
  };
};
