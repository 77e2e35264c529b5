import { MessageChannelMain, type MessagePortMain, type WebFrameMain } from 'electron';
import { desktopChannels, type ToDesktop } from '../../shared/desktop';
import { startStudioProcess, type StudioProcess } from './studio-process';

const restartMilliseconds = 1000;
/** A studio that dies so often in a row before it answers will not answer the next time. */
const restartLimit = 3;

export interface StudioLinkEvents {
  onBusy(busy: boolean): void;
  onNotify(title: string, text: string): void;
  /** The studio cannot start; a sentence for a person. */
  onFailed(message: string): void;
}

/** Keeps a studio process running, and passes on what it and the pages say to each other. */
export class StudioLink {
  readonly #home: string;
  readonly #events: StudioLinkEvents;
  readonly #ports = new Map<number, MessagePortMain>();
  #process: StudioProcess | undefined;
  #ready = Promise.withResolvers<void>();
  /** For the person, as soon as the studio answers. */
  #notices: string[] = [];
  #nextPort = 1;
  #deathsInARow = 0;
  #failed = false;
  #ending = false;

  constructor(home: string, events: StudioLinkEvents) {
    this.#home = home;
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
    try {
      frame.postMessage(desktopChannels.port, null, [port2]);
    } catch {
      // The page did not wait.
      port1.close();
    }
  }

  /** Something that a person should know, in the pages' list of notices. */
  addNotice(text: string): void {
    this.#notices.push(text);
    void this.#ready.promise.then(() => {
      for (const waiting of this.#notices.splice(0)) this.#process?.send({ type: 'notice', text: waiting });
    });
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.#process?.end();
  }

  #start(): void {
    this.#process = startStudioProcess(this.#home, {
      onMessage: (message) => this.#receive(message),
      onDeath: (how) => this.#restart(how),
    });
  }

  #receive(message: ToDesktop): void {
    switch (message.type) {
      case 'ready':
        this.#deathsInARow = 0;
        return this.#ready.resolve();
      case 'message':
        return this.#ports.get(message.port)?.postMessage(message.value);
      case 'busy':
        return this.#events.onBusy(message.busy);
      case 'notify':
        return this.#events.onNotify(message.title, message.text);
      case 'failed':
        return this.#fail(message.message);
    }
  }

  /** A studio that died: its trainer writes a checkpoint and ends; the new one finds that and offers to resume. */
  #restart(how: string): void {
    this.#process = undefined;
    this.#events.onBusy(false);
    this.#ready = Promise.withResolvers<void>();
    for (const port of this.#ports.values()) {
      port.postMessage(null); // says that nothing more will come
      port.close();
    }
    this.#ports.clear();
    if (this.#ending || this.#failed) return;
    if (++this.#deathsInARow >= restartLimit) {
      return this.#fail(
        `The studio process does not start (${how}): see what it printed, or install it anew.`,
      );
    }
    this.addNotice(
      `The studio process ended unexpectedly (${how}) and was started again. No finished work is lost; ` +
        'what was running can be resumed.',
    );
    setTimeout(() => this.#start(), restartMilliseconds);
  }

  #fail(message: string): void {
    this.#failed = true;
    this.#events.onFailed(message);
  }
}
