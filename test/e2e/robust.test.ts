import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  browserPath,
  inBrowser,
  openBrowser,
  startHeadlessStudio,
  type HeadlessStudio,
  type OpenBrowser,
} from './browser';
import { temporaryHome, until } from './support';
import {
  expectFinished,
  expectUndisturbed,
  latestStep,
  openRun,
  pausedTraining,
  queueOf,
  resumeOnPage,
  statusOf,
  trainerPid,
} from './training';

let home: string;
let remove: (() => void) | undefined;
let studio: HeadlessStudio;
let browser: OpenBrowser;
let page: Page;
let runId: string;

beforeAll(async () => {
  if (!browserPath) return;
  ({ home, remove } = temporaryHome());
  runId = await pausedTraining(home);
  await open();
});
afterAll(async () => {
  await close();
  remove?.();
});

async function open(): Promise<void> {
  studio = await startHeadlessStudio({ home });
  await visit();
}

async function visit(): Promise<void> {
  browser = await openBrowser(studio.address());
  page = browser.page;
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

async function close(): Promise<void> {
  await browser?.close();
  await studio?.close();
}

/** As the robust window, but in a browser, whose studio nobody starts again but the person. */
inBrowser('the headless studio loses no finished work', () => {
  test('a page that is loaded again while something trains changes nothing', async () => {
    await resumeOnPage(page, home, runId);
    await expectUndisturbed(home, runId, async () => {
      await page.reload();
      await openRun(page, runId);
    });
  });

  test('nor does a browser that goes away', async () => {
    await expectUndisturbed(home, runId, async () => {
      await browser.close();
      await visit();
      await openRun(page, runId);
    });
  });

  test('a trainer that is killed: the page says what happened and offers to resume', async () => {
    const before = latestStep(home, runId);
    process.kill(trainerPid(home, runId), 'SIGKILL');
    await page
      .getByText(/The trainer was killed at step \d+/)
      .first()
      .waitFor();
    expect(statusOf(home, runId).status).toBe('interrupted');
    expect(latestStep(home, runId)).toBeGreaterThanOrEqual(before);
    await resumeOnPage(page, home, runId);
  });

  test('a studio that is killed: its queue is there again, in order and held, until a person lets it go on', async () => {
    await page.evaluate('location.hash = "/"');
    for (const waiting of [1, 2]) {
      await page.getByRole('button', { name: 'Run the demo' }).click();
      await expect.poll(() => queueOf(home).waiting.length).toBe(waiting);
    }
    const [first, second] = queueOf(home).waiting;
    await page.getByRole('button', { name: 'Move Demo down' }).first().click();
    await expect.poll(() => queueOf(home).waiting).toEqual([second, first]);

    const killed = once(studio.process, 'exit');
    studio.process.kill('SIGKILL');
    await page.getByText(/The studio process does not answer/).waitFor();
    await killed;
    const step = latestStep(home, runId);
    await close();

    await open();
    await page.getByText(/was closed, or died, while something was running/).waitFor();
    expect(latestStep(home, runId)).toBeGreaterThanOrEqual(step);
    for (const left of [1, 0]) {
      await page.getByRole('button', { name: 'Take Demo out of the queue' }).first().click();
      await expect.poll(() => queueOf(home).waiting.filter(({ id }) => id !== runId).length).toBe(left);
      if (left === 1) expect(queueOf(home).waiting).toEqual([{ type: 'run', id: runId }, first]);
    }
    const before = latestStep(home, runId);
    await page.getByRole('button', { name: 'Go on' }).click();
    await until('the training', () => (latestStep(home, runId) > before ? true : undefined));
  });

  test('ending it while something trains pauses the run, and the next start offers to go on', async () => {
    await close();
    const { status, step } = statusOf(home, runId);
    expect(status).toBe('paused');
    expect(latestStep(home, runId)).toBe(step);
    await open();
    await page.getByText(/was closed, or died, while something was running/).waitFor();
    await resumeOnPage(page, home, runId);
  });

  test('after all of that the run ends as if nothing had been', async () => {
    await expectFinished(page, home, runId);
    expect(browser.problems).toEqual([]);
  });
});
