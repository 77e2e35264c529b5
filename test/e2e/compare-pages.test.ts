import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousProblems } from './accessibility';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studioJson, temporaryHome } from './support';

let studio: BrowserStudio;
let page: Page;
let removeHome = (): void => undefined;

interface Run {
  id: string;
  name: string;
  datasets: { id: string }[];
  parents: { runId: string }[];
}
let ditto: Run;

/** The demo, and DITTO with one more seed. */
beforeAll(async () => {
  if (!browserPath) return;
  const { home, remove } = temporaryHome();
  removeHome = remove;
  await studioJson('demo', '--preset', 'nano', '--home', home);
  const runs = await studioJson<Run[]>('runs', '--home', home);
  ditto = runs.find(({ name }) => name.startsWith('Demo DITTO'))!;
  await studioJson(
    ...['train', 'agent', '--method', 'ditto', '--preset', 'nano', '--seed', '1', '--home', home],
    ...['--dataset', ditto.datasets[0]!.id, '--world-model', ditto.parents[0]!.runId],
  );
  studio = await startBrowserStudio({ home });
  page = studio.page;
});
afterAll(async () => {
  await studio?.close();
  removeHome();
});

const chart = () => page.getByRole('slider', { name: 'Step to read the curves at' });
const figure = () => page.getByRole('figure');
const cells = (row: string | RegExp) =>
  page.getByRole('row', { name: row }).getByRole('cell').allTextContents();
const address = () => page.evaluate<string>('location.hash');
/** What stands in the middle of the chart, as far as it is coloured: a line, a band, or nothing. */
const colouredPixels = () =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector('figure canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4) {
      const channels = [...data.slice(at, at + 3)];
      if (data[at + 3] > 0 && Math.max(...channels) - Math.min(...channels) > 30) coloured++;
    }
    return coloured;
  })()`);

inBrowser('comparing runs', () => {
  test('opens with what says most, seeds as a band, and says it in words', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
    await figure().waitFor();
    expect(await figure().getAttribute('aria-label')).toMatch(
      /^Action accuracy on held-out episodes of 3 runs, steps 20 to 60\. Highest at its end: .* with 0\.\d+/,
    );
    const rows = page.getByRole('rowheader');
    await expect.poll(() => rows.allTextContents()).toHaveLength(4);
    expect((await rows.allTextContents()).map((text) => text.trim())).toContain('Demo DITTO, 2 seeds');
    await expect.poll(colouredPixels).toBeGreaterThan(500);
  });

  test('another metric by its words, smoothed: the readout has both values, and the address the view', async () => {
    await page.getByLabel('Metric').selectOption({ label: 'Gradient norm (4 runs)' });
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0.8');
    await expect.poll(address).toBe('#/compare?metric=gradientNorm&smoothing=0.8');
    await expect
      .poll(() => figure().getAttribute('aria-label'))
      .toMatch(/^Gradient norm of 4 runs, steps 1 to 60/);
    await chart().hover();
    const readout = page.locator('.readout');
    await expect.poll(() => readout.innerText()).toMatch(/Step \d+/);
    await expect
      .poll(() => readout.innerText())
      .toMatch(/Demo world model, seed 0\s+[\d.]+\s+measured [\d.]+/);
    await expect.poll(() => readout.innerText()).toMatch(/Demo DITTO, 2 seeds\s+[\d.]+\s+[\d.]+ to [\d.]+/);
    await page.mouse.move(0, 0);
  });

  test('dragging zooms, the keyboard reads, moves and resets, and a reload shows the same', async () => {
    const box = (await chart().boundingBox())!;
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.5, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, middle, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    await expect.poll(address).toMatch(/from=[23]\d.*to=4\d/);
    await chart().focus();
    await page.keyboard.press('Home');
    const start = Number(await chart().getAttribute('aria-valuenow'));
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => chart().getAttribute('aria-valuenow')).toBe(String(start + 1));
    expect(await chart().getAttribute('aria-valuetext')).toMatch(
      new RegExp(`^Step ${start + 1}: Demo world model, seed 0 [\\d.]+; Demo DITTO, 2 seeds [\\d.]+; `),
    );
    await expect.poll(address).toContain(`step=${start + 1}`);
    const before = await figure().getAttribute('aria-label');
    await page.reload();
    await figure().waitFor();
    await expect.poll(() => figure().getAttribute('aria-label')).toBe(before);
    await chart().focus();
    await page.keyboard.press('0');
    await expect.poll(address).not.toContain('from=');
    await chart().hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(address).toContain('from=');
    await page.getByRole('button', { name: 'Show all steps' }).click();
    await expect.poll(address).not.toContain('from=');
  });

  test('the table has the exact values, and sorts, filters, hides and paints', async () => {
    await studio.go('/compare?metric=validation/latentDistance&step=45');
    const summary = await studioJson<{ metrics: Record<string, Record<string, { value: number }>> }>(
      ...['show', ditto.id, '--home', studio.home],
    );
    const { last, minimum, maximum } = summary.metrics['validation/latentDistance']!;
    const name = /^Draw Demo DITTO, seed 0/;
    await page.getByRole('row', { name }).waitFor();
    const shown = [
      0,
      ...[last, minimum, minimum, maximum].map((point) => Number(point!.value.toPrecision(4))),
    ];
    await expect.poll(async () => (await cells(name)).slice(1, 6).map(Number)).toEqual(shown);
    await expect.poll(async () => Number((await cells(name))[6])).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Seed', exact: true }).click();
    expect(await page.getByRole('columnheader', { name: 'Seed' }).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    const drawnBefore = await colouredPixels();
    await page.getByRole('checkbox', { name: 'Draw Demo DITTO, 2 seeds' }).uncheck();
    await page.getByText('No run is drawn').waitFor();
    await page.getByRole('checkbox', { name: 'Draw all runs' }).check();
    await expect.poll(colouredPixels).toBe(drawnBefore);
    await page.getByRole('button', { name: 'Colour of Demo DITTO, 2 seeds' }).click();
    await page.getByRole('button', { name: 'solid green' }).click();
    await expect.poll(address).toContain('colours=');
    await page.getByRole('searchbox', { name: 'Filter the runs' }).fill('seed 1 ditto');
    await page.getByText('1 of 2 runs drawn').waitFor();
  });

  test('runs that are ticked in the list are compared, and a run page leads here with its run in front', async () => {
    await studio.go('/runs?kind=agent');
    const filter = page.getByRole('searchbox', { name: 'Filter the runs' });
    await filter.fill('walker');
    await page.getByText('No run matches').waitFor();
    await filter.fill('seed 1 ditto');
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('link', { name: 'Compare 1 run' }).waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await filter.fill('');
    for (const name of ['Select Demo DITTO, seed 0', 'Select Demo behaviour cloning, seed 0']) {
      await page.getByRole('checkbox', { name }).check();
    }
    await page.getByRole('link', { name: 'Compare 2 runs' }).click();
    await page.getByText('2 of 2 runs drawn').waitFor();
    await page.getByRole('button', { name: 'Compare all runs' }).click();
    await page.getByText('3 of 3 runs drawn').waitFor();
    await studio.go(`/runs/${ditto.id}`);
    await page.getByRole('link', { name: 'Compare Imagined reward per step with other runs' }).click();
    await expect
      .poll(() => figure().getAttribute('aria-label'))
      .toMatch(/^Imagined reward per step of 2 runs/);
    expect(await address()).toBe(`#/compare?metric=reward&focus=${ditto.id}`);
  });

  test('a figure of the same view is one click away', async () => {
    await studio.go('/compare?metric=reward&smoothing=0.5&from=10&to=50');
    await page.getByRole('link', { name: 'Make a figure' }).click();
    await page.getByRole('heading', { level: 1, name: 'Figures' }).waitFor();
    expect(await address()).toMatch(/^#\/figures\?runs=\S+,\S+&metrics=reward&smoothing=0.5&from=10&to=50$/);
    await page.getByRole('img', { name: /reward/i }).waitFor();
  });

  test('chosen runs without measurements have a way out', async () => {
    await studio.go('/compare?runs=nobody');
    await page.getByRole('heading', { name: 'These runs have measured nothing' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Compare all runs' }).click();
    await figure().waitFor();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await studio.go('/compare?metric=reward&smoothing=0.5&from=10&to=50');
    await chart().hover();
    await page.locator('.readout').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Colour of Demo DITTO, 2 seeds' }).click();
    await page.getByRole('dialog', { name: 'Colour of Demo DITTO, 2 seeds' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('nothing went wrong behind the page', () => {
    expect(studio.problems).toEqual([]);
  });
});
