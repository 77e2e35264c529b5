import type { Registry } from '../registry/registry';
import type { Notices } from './notices';
import type { JobQueue } from './queue';

interface OrphanHost {
  readonly registry: Registry;
  readonly experiments: { refresh(): void };
  readonly queue: JobQueue;
  readonly notices: Notices;
  passOnNotices(): void;
  runChanged(runId: string): void;
}

const lookMilliseconds = 2000;

/**
 * Follows what is running without this process: trainers whose studio died and that are writing their last checkpoint, and
 * the runs and experiments of a command line beside this window. Their ends are seen in their folders. Returns how to stop.
 */
export function followOrphans(studio: OrphanHost): () => void {
  const { registry } = studio;
  let busy = false;
  async function look(): Promise<void> {
    studio.experiments.refresh();
    const strangers = registry
      .listRuns({ status: 'running' })
      .filter(({ id }) => studio.queue.state.current?.id !== id);
    const { current } = studio.queue.state;
    const isOurs = current !== null && current.type !== 'run';
    if (strangers.length === 0 || isOurs) return;
    await registry.reconcile();
    studio.passOnNotices();
    for (const before of strangers) {
      const { state } = registry.getRun(before.id);
      if (state.updated !== before.state.updated) studio.runChanged(before.id);
    }
  }
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) => studio.notices.add('warning', String(error)))
      .finally(() => (busy = false));
  }, lookMilliseconds).unref();
  return () => clearInterval(timer);
}
