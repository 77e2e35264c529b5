import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { builtProgram } from '../src/main/studio/built-program';

export interface StudioPage {
  readonly page: Page;
  /** Processor time that the studio has taken so far, in steps of 10 ms. */
  studioMilliseconds(): number;
  close(): Promise<void>;
}

/** The built studio, headless on a home, with a page of it in a real browser: `DITTO_CHROMIUM`, or Debian's Chromium. */
export async function openStudioPage(home: string): Promise<StudioPage> {
  const studio = spawn(process.execPath, [builtProgram('studio'), '--headless', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    studio.once('exit', (code) => reject(new Error(`The studio ended with ${code}: ${printed}`)));
    studio.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /http:\S+/.exec(printed);
      if (found) resolve(found[0]);
    });
  });
  const browser = await chromium.launch({
    executablePath: process.env['DITTO_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(address);
  return {
    page,
    studioMilliseconds: () => processorMilliseconds(studio.pid!),
    close: async () => {
      await browser.close();
      studio.kill('SIGTERM');
      await once(studio, 'exit');
    },
  };
}

/** In user and kernel mode, as Linux counts it: in hundredths of a second, after the name in brackets. */
function processorMilliseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
