import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { builtProgram } from '../src/main/studio/built-program';
import { framesDuring, loadOfOthers, type FrameTimes } from './frame-times';
import { describeMachine, describeVersions } from './machine';
import { openStudioPage } from './studio-page';

export interface TheatreReport {
  /** Side of each of the four panes, in CSS pixels. */
  paneSize: number;
  /** Playback at 15 and at 60 environment steps a second, and the latter with the differences drawn, too. */
  normal: FrameTimes;
  fast: FrameTimes;
  differences: FrameTimes;
  /** From opening the page to four panes that show something. */
  openMs: number;
  takeover: { stepsPerSecond: number; frames: FrameTimes };
  browser: string;
  /** Share of the cores that other programs took, before and after. */
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const playMilliseconds = 5000;

/**
 * Plays an expert and three dreams in a browser, and takes one over. The dreams are those of a demo, which is run at
 * `nano` size if no home with one is given.
 */
export async function benchTheatre({ home }: { home?: string }): Promise<TheatreReport> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'ditto-bench-')));
  try {
    if (home === undefined) {
      const demo = [builtProgram('cli'), 'demo', '--preset', 'nano', '--home', folder];
      await promisify(execFile)(process.execPath, demo);
    }
    const loadBefore = await loadOfOthers();
    const { page, close } = await openStudioPage(folder);
    try {
      const measured = await measure(page);
      return {
        ...measured,
        browser: `Chromium ${page.context().browser()!.version()}`,
        otherLoad: Math.max(loadBefore, await loadOfOthers()),
        machine: describeMachine(),
        versions: describeVersions(),
      };
    } finally {
      await close();
    }
  } finally {
    if (home === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function measure(page: Page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const begin = performance.now();
  await page.evaluate(`location.hash = '#/theatre?steps=150'`);
  await page
    .locator('article')
    .nth(3)
    .getByText(/^distance/)
    .waitFor();
  const openMs = performance.now() - begin;
  const { width: paneSize } = (await page.locator('article canvas').nth(3).boundingBox())!;
  await page.getByRole('heading', { level: 1 }).focus();
  const play = async (): Promise<FrameTimes> => {
    await page.keyboard.press(' ');
    const frames = await framesDuring(page, () => page.waitForTimeout(playMilliseconds));
    await page.keyboard.press(' ');
    return frames;
  };
  await page.keyboard.press('l');
  const normal = await play();
  for (let press = 0; press < 2; press++) await page.keyboard.press(']');
  const fast = await play();
  await page.keyboard.press('d');
  const differences = await play();
  await page.keyboard.press('d');
  return { paneSize, openMs, normal, fast, differences, takeover: await takeOver(page) };
}

/** A person holds a key for a while. */
async function takeOver(page: Page): Promise<TheatreReport['takeover']> {
  const step = async (): Promise<number> =>
    Number(await page.getByRole('slider', { name: 'Step' }).inputValue());
  await page.keyboard.press('Home');
  await page.keyboard.press('t');
  await page.keyboard.down('ArrowRight');
  await page.waitForTimeout(500);
  const [begin, from] = [performance.now(), await step()];
  const frames = await framesDuring(page, () => page.waitForTimeout(playMilliseconds));
  const stepsPerSecond = ((await step()) - from) / ((performance.now() - begin) / 1000);
  await page.keyboard.up('ArrowRight');
  await page.keyboard.press('Escape');
  return { stepsPerSecond, frames };
}
