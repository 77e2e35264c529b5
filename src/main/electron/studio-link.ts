import { MessageChannelMain, type MessagePortMain, type WebFrameMain } from 'electron';
import { desktopChannels, type ToDesktop } from '../../shared/desktop';
import { startStudioProcess, type StudioProcess } from './studio-process';

const restartMilliseconds = 1000;

export interface StudioLinkEvents {
  onBusy(busy: boolean): void;
  onNotify(title: string, text: string): void;
  /** The studio cannot start; a sentence for a person. */
  onFailed(message: string): void;
}

/** Keeps a studio process running, and passes on what it and the pages say to each other. */
export class StudioLink {
  readonly #events: StudioLinkEvents;
  readonly #ports = new Map<number, MessagePortMain>();
  #process: StudioProcess | undefined;
  #ready = Promise.withResolvers<void>();
  #nextPort = 1;
  #failed = false;
  #ending = false;

  constructor(events: StudioLinkEvents) {
    this.#events = events;
    this.#start();
  }

  /** Gives a page a port of its own to the studio, as soon as that answers. */
  async connect(frame: WebFrameMain): Promise<void> {
    await this.#ready.promise;
    const id = this.#nextPort++;
    const { port1, port2 } = new MessageChannelMain();
    this.#ports.set(id, port1);
    this.#process?.send({ type: 'open', port: id });
    port1.on('message', ({ data }) =>
      this.#process?.send({ type: 'message', port: id, value: data as unknown }),
    );
    // The page was closed or loaded again.
    port1.on('close', () => {
      if (this.#ports.delete(id)) this.#process?.send({ type: 'close', port: id });
    });
    port1.start();
    frame.postMessage(desktopChannels.port, null, [port2]);
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.#process?.end();
  }

  #start(): void {
    this.#process = startStudioProcess({
      onMessage: (message) => this.#receive(message),
      onDeath: (how) => this.#restart(how),
    });
  }

  #receive(message: ToDesktop): void {
    switch (message.type) {
      case 'ready':
        return this.#ready.resolve();
      case 'message':
        return this.#ports.get(message.port)?.postMessage(message.value);
      case 'busy':
        return this.#events.onBusy(message.busy);
      case 'notify':
        return this.#events.onNotify(message.title, message.text);
      case 'failed':
        this.#failed = true;
        return this.#events.onFailed(message.message);
    }
  }

  /** A studio that died: its trainer writes a checkpoint and ends; the new one finds that and offers to resume. */
  #restart(how: string): void {
    this.#events.onBusy(false);
    this.#ready = Promise.withResolvers<void>();
    for (const port of this.#ports.values()) {
      port.postMessage(null); // says that nothing more will come
      port.close();
    }
    this.#ports.clear();
    if (this.#ending || this.#failed) return;
    console.error(`The studio process ended (${how}) and is started again.`);
    setTimeout(() => this.#start(), restartMilliseconds);
  }
}
