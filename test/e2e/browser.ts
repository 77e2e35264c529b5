import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { studioProgram, temporaryHome } from './support';

const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that tests drive; undefined where there is none, and they are skipped. */
export const browserPath = process.env['DITTO_CHROMIUM'] ?? chromiumPaths.find((path) => existsSync(path));

/** A group of tests that drive the pages; the report names them where they are skipped. */
export const inBrowser: typeof describe.skip = browserPath ? describe : describe.skip;

export interface HeadlessStudio {
  readonly process: ChildProcess;
  readonly home: string;
  /** The newest address that it printed; each lets one browser in. */
  address(): string;
  /** Ends it in order, and removes its home if it made one. */
  close(): Promise<void>;
}

/** Starts the built studio without a window. */
export async function startHeadlessStudio(options: { home?: string } = {}): Promise<HeadlessStudio> {
  const own = options.home === undefined ? temporaryHome() : undefined;
  const home = options.home ?? own!.home;
  const child = spawn(process.execPath, [studioProgram, '--headless', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const newest = (): string | undefined => printed.match(/http:\S+/g)?.at(-1);
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The studio ended with ${code}: ${printed}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (newest()) resolve();
    });
  });
  return {
    ...{ process: child, home, address: () => newest()! },
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      own?.remove();
    },
  };
}

export interface OpenBrowser {
  readonly page: Page;
  /** What the pages logged as errors. */
  readonly problems: string[];
  close(): Promise<void>;
}

/** A real browser with one page open. */
export async function openBrowser(address: string): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: browserPath!,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(address);
  return { page, problems, close: () => browser.close() };
}

export interface BrowserStudio extends OpenBrowser {
  readonly studio: HeadlessStudio;
  readonly home: string;
  /** Goes to an address of the pages, e.g. `/runs`. */
  go(address: string): Promise<void>;
}

/** A studio with a page of it open in a real browser. */
export async function startBrowserStudio(options: { home?: string } = {}): Promise<BrowserStudio> {
  const studio = await startHeadlessStudio(options);
  const browser = await openBrowser(studio.address());
  return {
    ...browser,
    ...{ studio, home: studio.home },
    go: async (address) => {
      await browser.page.evaluate(`location.hash = ${JSON.stringify(address)}`);
    },
    close: async () => {
      await browser.close();
      await studio.close();
    },
  };
}
