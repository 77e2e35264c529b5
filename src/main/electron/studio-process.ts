import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { toDesktopSchema, type FromDesktop, type ToDesktop } from '../../shared/desktop';

export interface StudioProcessEvents {
  onMessage(message: ToDesktop): void;
  /** It ended without having been asked to. */
  onDeath(how: string): void;
}

/** The studio process as the shell sees it. */
export interface StudioProcess {
  send(message: FromDesktop): void;
  /** Asks it to pause what runs and to end; resolves at its end, which is forced where it does not come. */
  end(): Promise<void>;
}

const patienceMilliseconds = 90_000;

/**
 * Starts the studio in a Node of its own, the one that comes with the application: Electron's own Node is another version
 * on every release, and its `runAsNode` is switched off.
 */
export function startStudioProcess(home: string, { onMessage, onDeath }: StudioProcessEvents): StudioProcess {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = fork(studioEntry(), ['--home', home], {
    ...{ execPath: nodeProgram(), execArgv: [], env },
    serialization: 'advanced',
    stdio: 'inherit',
    // A group of its own, so that Ctrl+C in a terminal reaches only the shell, which then ends it in order.
    detached: process.platform !== 'win32',
  });
  let asked = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      onDeath(error.message);
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (!asked) onDeath(signal ?? `exit code ${code}`);
      resolve();
    });
  });
  child.on('message', (raw) => {
    const message = toDesktopSchema.safeParse(raw);
    if (message.success) onMessage(message.data);
  });
  return {
    send: (message) => sendTo(child, message),
    end: () => {
      asked = true;
      sendTo(child, { type: 'end' });
      // Its trainer notices, writes a checkpoint and ends by itself.
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

function sendTo(child: ChildProcess, message: FromDesktop): void {
  // An error means that it is gone, which `onDeath` tells.
  if (child.connected) child.send(message, () => {});
}

/** In a package the studio's files lie beside the archive: a plain Node cannot read inside it. */
const unpacked = (): string => app.getAppPath().replace(/app\.asar$/, 'app.asar.unpacked');

const studioEntry = (): string => join(unpacked(), 'out', 'main', 'studio.js');

function nodeProgram(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(process.resourcesPath, 'node', name);
  return existsSync(packaged) ? packaged : (process.env['DITTO_STUDIO_NODE'] ?? name);
}
