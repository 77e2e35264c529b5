import { studioContract, type StudioClient } from '../../shared/contract';
import { connect } from '../../shared/contract/connect';
import type { StudioDescription, StudioEvent } from '../../shared/contract/studio';
import { openChannel } from './channels';

const retryMilliseconds = [250, 500, 1000, 2000];

type Listener = (event: StudioEvent | { type: 'reconnected' }) => void;

/**
 * The page's one connection to the studio process. It restores itself; whoever shows something listens for
 * `reconnected` and asks again, as nothing is known of what happened in between.
 */
class Connection {
  status = $state<'connecting' | 'open' | 'lost'>('connecting');
  description = $state<StudioDescription>();
  readonly #listeners = new Set<Listener>();
  #client: StudioClient | undefined;

  /** Stays connected for as long as the page lives. */
  async run(): Promise<never> {
    for (let attempt = 0; ; attempt++) {
      const opened = await this.#session();
      if (opened) attempt = 0;
      this.#client = undefined;
      if (this.status === 'open') this.status = 'lost';
      const delay = retryMilliseconds[Math.min(attempt, retryMilliseconds.length - 1)]!;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  /** Throws while there is no connection; pages are shown only once there is one. */
  get client(): StudioClient {
    if (!this.#client) throw new Error('The studio does not answer at the moment: try again shortly.');
    return this.#client;
  }

  /** After something that the description holds has changed: who changed it need not wait for the event. */
  async describeAgain(): Promise<void> {
    this.description = await this.client.studio.describe({});
  }

  /** Returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From the first answer to the end of the connection; whether there was a first answer. */
  async #session(): Promise<boolean> {
    let isOpen = false;
    try {
      const client = connect(studioContract, await openChannel());
      for await (const events of client.studio.events({})) {
        if (!isOpen) {
          this.description = await client.studio.describe({});
          this.#client = client;
          isOpen = true;
          const isFirst = this.status === 'connecting';
          this.status = 'open';
          if (!isFirst) this.#tell({ type: 'reconnected' });
        }
        if (events.some(({ type }) => type === 'environments')) await this.describeAgain();
        for (const event of events) this.#tell(event);
      }
    } catch {
      // Told by the status.
    }
    return isOpen;
  }

  #tell(event: Parameters<Listener>[0]): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

export const connection = new Connection();

/** What the pages ask the studio: `studio().runs.list({})`. */
export const studio = (): StudioClient => connection.client;
