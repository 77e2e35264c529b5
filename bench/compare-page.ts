import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../src/main/learning/statistics';
import { registryFile } from '../src/main/trainer/home';
import { fillRegistry, type CompareRegistryOptions } from './compare-registry';
import { framesDuring, loadOfOthers, watchMainThread, type FrameTimes } from './frame-times';
import { describeMachine, describeVersions } from './machine';
import { openStudioPage, type StudioPage } from './studio-page';

export interface ComparePageReport extends CompareRegistryOptions {
  /** From the change of the address to the first frame with curves in it, in a page that is open; the first time, and the median of the next ones. */
  openFirstMs: number;
  openMs: number;
  /** Processor time of an opening, whatever other programs take: of the page's main thread, and of the studio. */
  openBusy: { page: number; studio: number };
  /** The same from loading the page: code, connection and all. */
  loadMs: number;
  hover: FrameTimes;
  pan: FrameTimes;
  /** Wheel. */
  zoom: FrameTimes;
  browser: string;
  /** Share of the cores that other programs took, before and after. */
  otherLoad: number;
  machine: string;
  versions: Record<string, string>;
}

const repetitions = 5;
const gestureMilliseconds = 4000;
const address = '#/compare?seeds=apart';

/** Opens the page that compares runs in a browser, and moves the mouse over it as a person does. */
export async function benchComparePage({
  home,
  ...options
}: CompareRegistryOptions & { home?: string }): Promise<ComparePageReport> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'ditto-bench-')));
  try {
    if (!existsSync(registryFile(folder))) await fillRegistry(folder, options);
    const loadBefore = await loadOfOthers();
    const studioPage = await openStudioPage(folder);
    try {
      const measured = await measure(studioPage);
      const browser = studioPage.page.context().browser()!.version();
      return {
        ...options,
        ...measured,
        browser: `Chromium ${browser}`,
        otherLoad: Math.max(loadBefore, await loadOfOthers()),
        machine: describeMachine(),
        versions: describeVersions(),
      };
    } finally {
      await studioPage.close();
    }
  } finally {
    if (home === undefined) await rm(folder, { recursive: true, force: true });
  }
}

type Measured = Omit<ComparePageReport, 'runs' | 'points' | Circumstances>;

async function measure({ page, studioMilliseconds }: StudioPage): Promise<Measured> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const openings: number[] = [];
  const busy = { page: 0, studio: 0 };
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const [pageMilliseconds, studioBefore] = [await watchMainThread(page), studioMilliseconds()];
    openings.push(await page.evaluate<number>(`(${timeToCurves})(${JSON.stringify(address)})`));
    busy.page += (await pageMilliseconds()) / (repetitions + 1);
    busy.studio += (studioMilliseconds() - studioBefore) / (repetitions + 1);
    await page.evaluate(`location.hash = '#/hardware'`);
    await page.getByRole('heading', { level: 1, name: 'Hardware' }).waitFor();
  }
  await page.addInitScript(`globalThis.curvesShown = (${timeToCurves})()`);
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await page.reload();
  const loadMs = await page.evaluate<number>('globalThis.curvesShown');
  const box = (await page.locator('figure canvas').first().boundingBox())!;
  const at = (share: number): number => box.x + box.width * share;
  const middle = box.y + box.height / 2;
  const sweep = async (): Promise<void> => {
    const begin = Date.now();
    for (let time = 0; time < gestureMilliseconds; time = Date.now() - begin) {
      const phase = (time / gestureMilliseconds) * 4 * Math.PI;
      await page.mouse.move(at(0.5 - 0.4 * Math.cos(phase)), middle + (box.height / 4) * Math.sin(phase));
    }
  };
  const hover = await framesDuring(page, sweep);
  await page.mouse.move(at(0.5), middle);
  const zoom = await framesDuring(page, async () => {
    for (const delta of [...new Array(25).fill(-60), ...new Array(15).fill(60)]) {
      await page.mouse.wheel(0, delta);
      await page.waitForTimeout(60);
    }
  });
  await page.mouse.move(at(0.1), middle);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  const pan = await framesDuring(page, sweep);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const [openFirstMs, ...next] = openings;
  return { openFirstMs: openFirstMs!, openMs: median(next), openBusy: busy, loadMs, hover, zoom, pan };
}

type Circumstances = 'browser' | 'otherLoad' | 'machine' | 'versions';

/**
 * For the page: goes to an address, if one is given, and waits for the first frame that shows a coloured pixel in a
 * chart: milliseconds since, or since the page began to load. The frame is over when the next one begins.
 */
const timeToCurves = `async (address) => {
  const begin = address === undefined ? 0 : performance.now();
  if (address !== undefined) location.hash = address;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (;;) {
    await frame();
    const canvas = document.querySelector('figure canvas');
    if (!canvas || canvas.width === 0) continue;
    const { data } = canvas.getContext('2d').getImageData(canvas.width / 2, 0, 1, canvas.height);
    const isColoured = (start) => Math.max(...data.slice(start, start + 3)) - Math.min(...data.slice(start, start + 3)) > 60;
    for (let start = 0; start < data.length; start += 4) {
      if (data[start + 3] === 0 || !isColoured(start)) continue;
      await frame();
      return performance.now() - begin;
    }
  }
}`;
