import type { Notice } from '../../shared/contract/studio';
import type { EventHub } from './event-hub';

/** What a person should know and has not dismissed. */
export class Notices {
  readonly #hub: EventHub;
  readonly #notices = new Map<number, Notice>();
  #nextId = 1;

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  add(level: Notice['level'], text: string, runId?: string): void {
    const id = this.#nextId++;
    const time = new Date().toISOString();
    const notice: Notice = { id, level, text, time, ...(runId !== undefined && { runId }) };
    this.#notices.set(id, notice);
    this.#hub.emit({ type: 'notice', notice });
  }

  list(): Notice[] {
    return [...this.#notices.values()];
  }

  dismiss(id: number): void {
    this.#notices.delete(id);
  }
}
