import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { electronFolder, inElectron, openScreen, startDesktop, type Desktop, type Screen } from './electron';
import { temporaryHome, until } from './support';
import {
  expectFinished,
  expectUndisturbed,
  latestStep,
  openRun,
  pausedTraining,
  resumeOnPage,
  statusOf,
  trainerPid,
} from './training';

let home: string;
let remove: (() => void) | undefined;
let screen: Screen;
let desktop: Desktop;
let page: Page;
let runId: string;

beforeAll(async () => {
  if (!electronFolder) return;
  ({ home, remove } = temporaryHome());
  runId = await pausedTraining(home);
  screen = await openScreen();
  await open();
});
afterAll(async () => {
  await desktop?.close();
  await screen?.close();
  remove?.();
});

async function open(): Promise<void> {
  desktop = await startDesktop(screen, home);
  page = await desktop.page();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** The world model's training of one run, disturbed in every way, in the order of the tests. */
inElectron('the window loses no finished work', () => {
  test('a page that is loaded again while something trains changes nothing', async () => {
    await resumeOnPage(page, home, runId);
    await expectUndisturbed(home, runId, async () => {
      await page.reload();
      await openRun(page, runId);
    });
  });

  test('nor does a page whose process is killed: it comes back and says so', async () => {
    await expectUndisturbed(home, runId, async () => {
      process.kill(desktop.pidOf('page'), 'SIGKILL');
      await until('another page', () => (desktop.hasPage() ? true : undefined));
      page = await desktop.page();
      await page.getByText(/The window.s page ended \(killed\) and was loaded again/).waitFor();
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

  test('a studio process that is killed is started again, and its run can be resumed', async () => {
    const before = latestStep(home, runId);
    const killed = desktop.pidOf('studio');
    process.kill(killed, 'SIGKILL');
    await page.getByText(/The studio process ended unexpectedly \(SIGKILL\)/).waitFor();
    expect(desktop.pidOf('studio')).not.toBe(killed);
    await page.getByText('interrupted', { exact: true }).first().waitFor();
    expect(latestStep(home, runId)).toBeGreaterThanOrEqual(before);
    await page.evaluate('location.hash = "/"');
    await page.getByText(/was closed, or died, while something was running/).waitFor();
    await resumeOnPage(page, home, runId);
  });

  test('quitting while something trains pauses it, and the next start offers to go on', async () => {
    expect(await desktop.quit()).toBe(0);
    const { status, step } = statusOf(home, runId);
    expect(status).toBe('paused');
    expect(latestStep(home, runId)).toBe(step);
    await open();
    await page.getByText(/was closed, or died, while something was running/).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await until('the training', () => (latestStep(home, runId) > step ? true : undefined));
  });

  test('a shell that is killed takes the window with it, and no work', async () => {
    process.kill(desktop.pidOf('shell'), 'SIGKILL');
    await until('the pause', () => (statusOf(home, runId).status === 'running' ? undefined : true));
    const { status, step } = statusOf(home, runId);
    expect(status).toBe('paused');
    expect(latestStep(home, runId)).toBe(step);
    await desktop.close();
    await open();
    await resumeOnPage(page, home, runId);
  });

  test('after all of that the run ends as if nothing had been', async () => {
    await expectFinished(page, home, runId);
    expect(desktop.problems).toEqual([]);
  });
});
