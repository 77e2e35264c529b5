import type { Studio } from '../studio';
import { sendToDesktop } from './desktop-channel';

/** Keeps the desktop shell up to date: whether the machine must stay awake, and what deserves a notification. */
export function tellDesktop({ hub, registry }: Studio): void {
  hub.listen((event) => {
    if (event.type === 'queue') sendToDesktop({ type: 'busy', busy: event.queue.current !== null });
    if (event.type === 'run' && event.state && isEnd(event.state.status)) {
      const { name, kind } = registry.getRun(event.runId);
      // A demo makes many; its own end is told below.
      if (kind !== 'record') notify(`${name}: ${event.state.status}`, event.state.message);
    }
    if (event.type === 'demo' && event.demo.status === 'finished') {
      notify('The demo is finished', event.demo.message);
    }
  });
}

const isEnd = (status: string): boolean => ['finished', 'failed', 'interrupted'].includes(status);

const notify = (title: string, text: string): void => sendToDesktop({ type: 'notify', title, text });
