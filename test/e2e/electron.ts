import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { until } from './support';

const root = join(import.meta.dirname, '../..');

const xvfb = '/usr/bin/Xvfb';

/** The folder of an Electron to test in; undefined where none is named or none can show a window. */
export const electronFolder =
  process.platform === 'linux' && existsSync(xvfb) ? process.env['DITTO_ELECTRON'] : undefined;

/** A group of tests in the real Electron; the report names them where they are skipped. */
export const inElectron: typeof describe.skip = electronFolder ? describe : describe.skip;

export interface Screen {
  /** For the environment variable DISPLAY. */
  readonly display: string;
  close(): Promise<void>;
}

/** A screen in memory, whose number X chooses. */
export async function openScreen(): Promise<Screen> {
  const child = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = (await once(child.stdio[3]!, 'data')) as [Buffer];
  return { display: `:${number.toString().trim()}`, close: () => endOf(child, 'SIGTERM') };
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** A process and everything below it. */
export function processTree(pid: number): RunningProcess[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]));
    } catch {
      // It has ended.
    }
  }
  const found = [pid];
  for (const parent of found) for (const [child, of] of parents) if (of === parent) found.push(child);
  return found.map((id) => ({ pid: id, commandLine: commandLineOf(id) }));
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

export interface Desktop {
  readonly process: ChildProcess;
  readonly home: string;
  /** The page in its window; another one after that has been loaded anew by the shell. */
  page(): Promise<Page>;
  /** What the pages logged as errors, and what the shell printed. */
  readonly problems: string[];
  printed(): string;
  /** Whether a page's process is there. */
  hasPage(): boolean;
  /** The process of the kind: Electron's main process, the studio's Node, the page's. */
  pidOf(what: 'shell' | 'studio' | 'page'): number;
  /** As closing the window does; resolves with the exit code. */
  quit(): Promise<number | null>;
  /** Whatever is left, at once. */
  close(): Promise<void>;
}

const asInstalled = [process.execPath, join(root, 'scripts/start.mjs')];

/** The command line that opens a window on a home. */
export const desktopCommand = (
  home: string,
  { command = asInstalled, switches = [] }: DesktopOptions = {},
): [string, string[]] => {
  const [program = '', ...given] = command;
  return [
    program,
    [...given, '--no-sandbox', '--disable-gpu', '--home', home, '--remote-debugging-port=0', ...switches],
  ];
};

export interface DesktopOptions {
  /** A program and its arguments in place of what `npm start` runs, as that of a package. */
  readonly command?: readonly string[];
  /** Of Chromium. */
  readonly switches?: readonly string[];
}

/**
 * Waits until the page has given itself a title, and kept it for a second. A debugger that comes while Electron starts
 * the page's process now and then leaves that waiting for ever.
 */
async function pageDrawn(address: string): Promise<void> {
  const list = `http://${new URL(address).host}/json/list`;
  const end = Date.now() + 60_000;
  for (let seen = 0; seen < 5; await new Promise((resolve) => setTimeout(resolve, 200))) {
    if (Date.now() > end) throw new Error('In vain waited for the page to be drawn.');
    const targets = (await (await fetch(list)).json()) as { title: string }[];
    seen = targets.some(({ title }) => title.endsWith('· DITTO Studio')) ? seen + 1 : 0;
  }
}

const isProcess = {
  shell: (commandLine: string) => !/start\.mjs|--type=|studio\.js/.test(commandLine),
  studio: (commandLine: string) => commandLine.includes('/out/main/studio.js '),
  page: (commandLine: string) => commandLine.includes(' --type=renderer '),
};

/** Starts the application and waits for its window. */
export async function startDesktop(
  screen: Screen,
  home: string,
  options: DesktopOptions = {},
): Promise<Desktop> {
  const child = spawn(...desktopCommand(home, options), {
    env: { ...process.env, DISPLAY: screen.display },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const address = await until('the window', () => {
    if (child.exitCode !== null) throw new Error(`The application ended with ${child.exitCode}: ${printed}`);
    return /DevTools listening on (ws:\S+)/.exec(printed)?.[1];
  });
  const problems: string[] = [];
  const find = (what: keyof typeof isProcess): number | undefined =>
    processTree(child.pid!).find(({ commandLine }) => isProcess[what](commandLine))?.pid;
  let browser: Browser | undefined;
  return {
    ...{ process: child, home, problems, printed: () => printed },
    page: async () => {
      await browser?.close();
      await pageDrawn(address);
      browser = await chromium.connectOverCDP(address);
      const [context] = browser.contexts();
      const page = context!.pages()[0] ?? (await context!.waitForEvent('page'));
      page.setDefaultTimeout(30_000);
      page.on('pageerror', ({ message }) => problems.push(message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      return page;
    },
    hasPage: () => find('page') !== undefined,
    pidOf: (what) => find(what)!,
    quit: async () => {
      const context = browser?.contexts()[0];
      await context?.pages()[0]?.evaluate('window.close()');
      const [code] = await exit;
      await browser?.close();
      return code;
    },
    close: async () => {
      await browser?.close().catch(() => {});
      const left = processTree(child.pid!);
      if (child.exitCode === null && child.signalCode === null) {
        for (const { pid } of left) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It has ended.
          }
        }
        await exit;
      }
    },
  };
}
