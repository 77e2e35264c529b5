import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousProblems } from './accessibility';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studioJson } from './support';

let studio: BrowserStudio;
let page: Page;

beforeAll(async () => {
  if (!browserPath) return;
  studio = await startBrowserStudio();
  page = studio.page;
});
afterAll(() => studio?.close());

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const pages = ['/', '/datasets', '/runs', '/hardware', '/record', '/import'];

inBrowser('from the first start to a finished demo', () => {
  test('an empty studio explains itself and offers three ways to begin', async () => {
    await heading('Welcome to DITTO Studio').waitFor();
    for (const name of ['Run the demo', 'Only a quick check']) {
      expect(await page.getByRole('button', { name, exact: true }).isVisible()).toBe(true);
    }
    for (const name of ['Record demonstrations', 'Import']) {
      expect(await page.getByRole('link', { name, exact: true }).isVisible()).toBe(true);
    }
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('the palette finds a command by its words, and the keyboard alone runs it', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('hard');
    await page.keyboard.press('Enter');
    await heading('Hardware').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await heading('Runs').waitFor();
    await page.getByText('Nothing has run yet').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('the demo, started by a click, shows its progress and can be paused and resumed', async () => {
    await studio.go('/');
    await page.getByRole('button', { name: 'Only a quick check' }).click();
    await heading('Overview').waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('paused', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('link', { name: 'See the result' }).waitFor({ timeout: 180_000 });
    const runs = await studioJson<{ kind: string; state: { status: string } }[]>(
      'runs',
      '--home',
      studio.home,
    );
    expect(runs.map(({ kind }) => kind).sort()).toEqual([
      ...['agent', 'agent', 'evaluation', 'record', 'record', 'record', 'world-model'],
    ]);
    expect(new Set(runs.map(({ state }) => state.status))).toEqual(new Set(['finished']));
    await page.getByRole('region', { name: /^What the newest world model dreams after/ }).waitFor();
    await page.getByRole('img', { name: /^Open loop of episode/ }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('its result has every policy, and its pictures', async () => {
    await page.getByRole('link', { name: 'See the result' }).click();
    await heading(/^Demo evaluation/).waitFor();
    const rows = page.getByRole('table').getByRole('row');
    expect(await rows.count()).toBe(5);
    await page.getByRole('link', { name: /^Demo DITTO/ }).click();
    await heading(/^Demo DITTO/).waitFor();
    await page.getByRole('img', { name: 'Filmstrip of this run' }).waitFor();
    await page
      .getByRole('figure', { name: /^Imagined reward per step\. Training: [\d.]+ at step 60/ })
      .waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByText('Expert episodes').waitFor();
    await page.getByRole('tab', { name: 'Checkpoints and files' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export ONNX' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/-agent-.*\.onnx$/);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious on any page, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const address of pages) {
      await studio.go(address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect({ address, problems: await seriousProblems(page) }).toEqual({ address, problems: [] });
    }
  });

  test('nothing went wrong behind the pages', () => {
    expect(studio.problems).toEqual([]);
  });
});
