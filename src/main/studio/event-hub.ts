import type { StudioEvent } from '../../shared/contract/studio';

const batchMilliseconds = 100;

/** Everything that happens in the studio process, told to all pages that listen, in small batches. */
export class EventHub {
  readonly #listeners = new Set<(event: StudioEvent) => void>();

  emit(event: StudioEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Inside the process: at once, one by one. Returns how to stop listening. */
  listen(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For pages: what happens within a tenth of a second together, and of one kind about one thing only the newest. */
  async *batches(signal: AbortSignal): AsyncIterable<StudioEvent[]> {
    const pending = new Map<string, StudioEvent>();
    let wake = (): void => {};
    const stop = this.listen((event) => {
      const key = keyOf(event);
      // A later event of the same kind takes the later place in the order.
      pending.delete(key);
      pending.set(key, event);
      wake();
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      // So that the page knows from when on nothing is missed.
      yield [];
      while (!signal.aborted) {
        if (pending.size === 0) await new Promise<void>((resolve) => (wake = resolve));
        await new Promise((resolve) => setTimeout(resolve, batchMilliseconds));
        const events = [...pending.values()];
        pending.clear();
        if (events.length > 0 && !signal.aborted) yield events;
      }
    } finally {
      stop();
    }
  }
}

function keyOf(event: StudioEvent): string {
  switch (event.type) {
    case 'notice':
      return `notice ${event.notice.id}`;
    case 'artifact':
      return `artifact ${event.runId} ${event.kind}`;
    case 'demo':
      return `demo ${event.demo.id}`;
    case 'experiment':
      return `experiment ${event.experiment.id}`;
    case 'queue':
    case 'environments':
    case 'datasets':
      return event.type;
    default:
      return `${event.type} ${event.runId}`;
  }
}
