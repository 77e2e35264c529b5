import type { Page } from 'playwright-core';
import { median } from '../src/main/learning/statistics';
import { watchOtherLoad } from '../src/main/studio/benchmark/other-load';

/** Of the times between a page's frames, in milliseconds. */
export interface FrameTimes {
  mean: number;
  median: number;
  /** 19 of 20 are shorter. */
  nineteenTwentieths: number;
  longest: number;
  frames: number;
  /** Share of the screen's beats, 60 a second, that passed without a frame. */
  dropped: number;
  /** Processor time of the page's main thread for one frame, whatever other programs take. */
  busy: number;
}

const beatMilliseconds = 1000 / 60;
const watchMilliseconds = 2000;

/** Times between animation frames while something is done to the page. */
export async function framesDuring(page: Page, gesture: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(`(() => {
    globalThis.frameTimes = [];
    const note = (time) => { globalThis.frameTimes?.push(time); if (globalThis.frameTimes) requestAnimationFrame(note); };
    requestAnimationFrame(note);
  })()`);
  const threadMilliseconds = await watchMainThread(page);
  await gesture();
  const busy = await threadMilliseconds();
  const times = await page.evaluate<number[]>(
    `(() => { const times = globalThis.frameTimes; globalThis.frameTimes = undefined; return times; })()`,
  );
  const intervals = times.slice(1).map((time, index) => time - times[index]!);
  const sorted = [...intervals].sort((a, b) => a - b);
  const beats = intervals.map((interval) => Math.max(1, Math.round(interval / beatMilliseconds)));
  const allBeats = beats.reduce((sum, count) => sum + count, 0);
  return {
    mean: intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length,
    median: median(sorted),
    nineteenTwentieths: sorted[Math.floor(sorted.length * 0.95)]!,
    longest: sorted.at(-1)!,
    frames: intervals.length,
    dropped: 1 - intervals.length / allBeats,
    busy: busy / intervals.length,
  };
}

/** Starts watching; the returned function gives the processor time that the page's main thread has taken since. */
export async function watchMainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  const taken = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime')!.value * 1000;
  };
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const begin = await taken();
  return async () => {
    const end = await taken();
    await session.detach();
    return end - begin;
  };
}

/** The share of the machine's cores that is taken while the measurement itself does nothing. */
export async function loadOfOthers(): Promise<number> {
  const otherLoad = watchOtherLoad();
  await new Promise((resolve) => setTimeout(resolve, watchMilliseconds));
  return otherLoad(0);
}
