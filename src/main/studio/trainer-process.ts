import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { StudioError } from '../../shared/errors';
import { trainerMessageSchema } from '../trainer/protocol';
import type { ParentMessage, TrainerMessage } from '../trainer/protocol';
import { logFile } from '../trainer/run-folder';

export interface TrainerProcess {
  readonly pid: number;
  /** After the last message has been handed over. */
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  send(message: ParentMessage): void;
  kill(): void;
}

/** Starts a trainer with its run folder as argument; what it prints goes to the run's log. */
export function startTrainer(
  entry: string,
  folder: string,
  onMessage: (message: TrainerMessage) => void,
  onStranger: (reason: string) => void,
): TrainerProcess {
  const log = openSync(logFile(folder), 'a');
  const child = fork(entry, [folder], {
    // Into the file itself, not through this process: the last words of a trainer must not need its parent.
    stdio: ['ignore', log, log, 'ipc'],
    execArgv: [],
    // Its own process group, so that Ctrl+C in a terminal reaches only the parent, which then asks for a checkpoint.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  closeSync(log);
  const ended = waitForEnd(child);
  child.on('message', (raw) => {
    const message = trainerMessageSchema.safeParse(raw);
    if (message.success) onMessage(message.data);
    else onStranger(message.error.issues[0]?.message ?? 'unknown');
  });
  if (child.pid === undefined) {
    throw new StudioError(`The trainer could not be started: check that ${process.execPath} may run.`);
  }
  return {
    pid: child.pid,
    ended,
    send: (message) => {
      // An error here means that the trainer is gone, which `ended` tells.
      if (child.connected) child.send(message, () => {});
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Both the exit and the end of the channel: the exit alone may come before the last messages. */
async function waitForEnd(
  child: ChildProcess,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const result = await new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', () => resolve({ exitCode: null, signal: null }));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  if (child.pid !== undefined) await disconnected;
  return result;
}
