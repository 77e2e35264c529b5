import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, ConnectionLost } from '../../shared/contract/connect';
import { dreamerContract, type DreamerContract } from '../../shared/contract/dreamer';
import type { Channel, Client, Handlers } from '../../shared/contract/procedure';
import { StudioError } from '../../shared/errors';
import { builtProgram } from './built-program';

type DreamerClient = Client<DreamerContract>['dreamer'];
type DreamerHandlers = Handlers<DreamerContract>['dreamer'];

interface Running {
  child: ChildProcess;
  client: DreamerClient;
}

/**
 * The process that dreams: started when it is first asked, and again after it died. A world model that brings it down,
 * by its size or by a defect, takes neither the studio nor a training with it.
 */
export class DreamerProcess {
  readonly #home: string;
  readonly #entry: string | undefined;
  #running: Running | undefined;

  /** @param entry file of the process' program; the built one by default */
  constructor(home: string, entry?: string) {
    this.#home = home;
    this.#entry = entry;
  }

  /** Of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  readonly dream: DreamerHandlers['dream'] = (request, signal) => this.#passOn(request, signal);

  readonly step: DreamerHandlers['step'] = async (request) => {
    try {
      return await this.#client().step(request);
    } catch (error) {
      throw ofDreams(error);
    }
  };

  /** Ends the process; what it was asked for fails. */
  async close(): Promise<void> {
    const child = this.#running?.child;
    if (!child) return;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async *#passOn(...[request, signal]: Parameters<DreamerHandlers['dream']>) {
    try {
      yield* this.#client().dream(request, signal);
    } catch (error) {
      throw ofDreams(error);
    }
  }

  #client(): DreamerClient {
    if (this.#running) return this.#running.client;
    const child = fork(this.#entry ?? builtProgram('dreamer'), [this.#home], {
      // Typed arrays travel as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      windowsHide: true,
    });
    const client = connect(dreamerContract, childChannel(child)).dreamer;
    this.#running = { child, client };
    const forget = (): void => {
      if (this.#running?.child === child) this.#running = undefined;
    };
    child.once('disconnect', forget);
    child.once('error', forget);
    return client;
  }
}

const ofDreams = (error: unknown): unknown =>
  error instanceof ConnectionLost
    ? new StudioError(
        'The process that dreams has died, perhaps for lack of memory: try again, it starts anew.',
      )
    : error;

function childChannel(child: ChildProcess): Channel {
  return {
    send: (message) => void (child.connected && child.send(message as object, () => {})),
    onMessage: (listener) => void child.on('message', listener),
    onClose: (listener) => {
      child.once('disconnect', listener);
      // It could not even be started.
      child.once('error', listener);
    },
  };
}
