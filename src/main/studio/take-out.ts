import type { Studio } from './studio';

const message = 'Taken out of the queue: resume it to put it back.';

/** Takes what waits out of the queue; what has not begun is then paused, and can be put back. */
export function takeOutOfQueue(studio: Studio, id: string): void {
  const { queue, registry, demos, experiments } = studio;
  const item = queue.state.waiting.find((waiting) => waiting.id === id);
  queue.remove(id);
  if (item?.type === 'demo') {
    demos.update(id, { status: 'paused', message });
    return;
  }
  if (item?.type === 'experiment') {
    experiments.update(id, { status: 'paused', message });
    return;
  }
  const { status } = registry.getRun(id).state;
  if (status !== 'queued') return;
  registry.setStatus(id, (state) => ({
    ...state,
    ...{ status: 'paused', message, updated: new Date().toISOString() },
  }));
  studio.runChanged(id);
}
