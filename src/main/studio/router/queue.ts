import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import type { Studio } from '../studio';
import { takeOutOfQueue } from '../take-out';

export const queueHandlers = (studio: Studio): Handlers<StudioContract>['queue'] => {
  const { queue } = studio;
  return {
    get: () => queue.state,
    move: ({ id, to }) => {
      queue.move(id, to);
      return queue.state;
    },
    remove: ({ id }) => {
      takeOutOfQueue(studio, id);
      return queue.state;
    },
    hold: () => {
      queue.hold('You held the queue.');
      return queue.state;
    },
    release: () => {
      queue.release();
      return queue.state;
    },
  };
};
