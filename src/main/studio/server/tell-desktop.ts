import type { Studio } from '../studio';
import { sendToDesktop } from './desktop-channel';

/** Keeps the desktop shell up to date: whether the machine must stay awake, and what deserves a notification. */
export function tellDesktop({ hub, registry, queue }: Studio): void {
  const tellBusy = (): void => sendToDesktop({ type: 'busy', busy: queue.state.current !== null });
  // The queue may have gone on already.
  tellBusy();
  hub.listen((event) => {
    if (event.type === 'queue') tellBusy();
    if (event.type === 'run' && event.state && isEnd(event.state.status)) {
      // A demo or an experiment makes many; its own end is told below.
      if (queue.state.current && queue.state.current.type !== 'run') return;
      notify(`${registry.getRun(event.runId).name}: ${event.state.status}`, event.state.message);
    }
    if (event.type === 'demo' && isEnd(event.demo.status)) {
      notify(`Demo: ${event.demo.status}`, event.demo.message);
    }
    if (event.type === 'experiment' && isEnd(event.experiment.status)) {
      const { experiment, status, message } = event.experiment;
      notify(`${experiment.title}: ${status}`, message);
    }
  });
}

const isEnd = (status: string): boolean => ['finished', 'failed', 'interrupted'].includes(status);

const notify = (title: string, text: string): void => sendToDesktop({ type: 'notify', title, text });
