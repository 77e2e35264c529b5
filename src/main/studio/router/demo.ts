import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { StudioError } from '../../../shared/errors';
import type { Studio } from '../studio';
import { takeOutOfQueue } from '../take-out';

export const demoHandlers = (studio: Studio): Handlers<StudioContract>['demo'] => {
  const { demos, queue } = studio;
  return {
    list: () => demos.list(),
    start: ({ preset, seed }) => {
      const demo = demos.create(preset, seed);
      queue.add({ type: 'demo', id: demo.id });
      return demos.get(demo.id);
    },
    resume: ({ id }) => {
      const { status } = demos.get(id);
      if (status === 'finished' || status === 'running') {
        throw new StudioError(`This demo is ${status} already: start another one.`);
      }
      if (queue.state.waiting.some((item) => item.id === id)) queue.move(id, 0);
      else queue.add({ type: 'demo', id }, { first: true });
      if (queue.state.held) queue.release();
      return demos.get(id);
    },
    pause: ({ id }) => {
      const running = queue.running(id);
      if (running) running.pause();
      else takeOutOfQueue(studio, id);
    },
  };
};
