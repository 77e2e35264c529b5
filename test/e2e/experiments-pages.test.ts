import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousProblems } from './accessibility';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { startStudio } from './support';

const nano = JSON.parse(readFileSync(join(import.meta.dirname, '../../experiments/nano.json'), 'utf8')) as {
  title: string;
};

let studio: BrowserStudio;
let page: Page;

beforeAll(async () => {
  if (!browserPath) return;
  studio = await startBrowserStudio();
  page = studio.page;
});
afterAll(() => studio?.close());

const card = (title: string) => page.getByRole('region', { name: title });
/** Gives the page a file as a person would choose it. */
const choose = (name: string) =>
  page.getByLabel('File of an experiment').setInputFiles(join(studio.home, name));

inBrowser('experiments', () => {
  test('built-in ones are offered, with what they are made of', async () => {
    await page.getByRole('link', { name: 'Experiments' }).click();
    const figure3 = card('Return against the number of expert episodes');
    await figure3.getByText('4, 8, 15, 30').waitFor();
    await figure3.getByText('DITTO, D-GAIL, D-BC, Behaviour cloning').waitFor();
    await figure3.getByText('0, 1, 2').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('one is started, paused, resumed and finished', async () => {
    await page.getByRole('button', { name: `Start ${nano.title}` }).click();
    await page.getByRole('progressbar', { name: `Progress of ${nano.title}` }).waitFor();
    await page.getByRole('button', { name: `Pause ${nano.title}` }).click();
    await card(nano.title).getByText('paused', { exact: true }).waitFor();
    await page.getByRole('button', { name: `Resume ${nano.title}` }).click();
    await card(nano.title).getByText('finished', { exact: true }).waitFor({ timeout: 240_000 });
    await card(nano.title).getByText('All 14 runs are finished.').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  test.each([
    ['Figure of returns', ['DITTO', 'Return in Pursuit', 'Expert', 'Random', 'Expert episodes']],
    ['Figure through training', ['Pursuit: return', 'Gradient steps', 'DITTO, 2 expert episodes']],
  ] as const)('%s is a click away, on the page of figures', async (link, words) => {
    await studio.go('/experiments');
    await card(nano.title).getByRole('link', { name: link }).click();
    const image = page.getByRole('figure').getByRole('img');
    await image.waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as SVG' }).click(),
    ]);
    const svg = readFileSync(await download.path(), 'utf8');
    for (const word of words) expect(svg).toContain(word);
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('a file of one’s own is started, and a wrong one is refused in words', async () => {
    const experiment = { ...nano, id: 'own', title: 'My own grid', methods: ['bc'] };
    writeFileSync(join(studio.home, 'own.json'), JSON.stringify(experiment));
    writeFileSync(join(studio.home, 'wrong.json'), JSON.stringify({ ...experiment, methods: ['gail'] }));
    writeFileSync(join(studio.home, 'text.json'), 'no JSON');
    await studio.go('/experiments');
    await choose('wrong.json');
    await page.getByText(/is not an experiment. methods.0/).waitFor();
    await choose('text.json');
    await page.getByText(/text.json is not a JSON file/).waitFor();
    await choose('own.json');
    // All that it needs has been made by the one before.
    await card('My own grid').getByText('finished', { exact: true }).waitFor();
  });

  test('one that the command line works on is seen, left alone, and taken over once it is paused there', async () => {
    const grid = {
      ...nano,
      id: 'elsewhere',
      title: 'A grid of the command line',
      methods: ['bc'],
      seeds: [7, 8, 9],
    };
    writeFileSync(join(studio.home, 'elsewhere.json'), JSON.stringify(grid));
    const command = startStudio(['experiment', join(studio.home, 'elsewhere.json'), '--home', studio.home]);
    await card(grid.title)
      .getByText(`Another program, process ${command.process.pid}, is at work on it: pause it there.`)
      .waitFor();
    await choose('elsewhere.json');
    await page.getByText(/is at work on the experiment elsewhere: wait until it is done/).waitFor();
    command.process.kill('SIGINT');
    await command.done;
    await page.getByRole('button', { name: `Resume ${grid.title}` }).click();
    await card(grid.title).getByText('finished', { exact: true }).waitFor({ timeout: 120_000 });
  });

  test('nothing went wrong in the pages', () => {
    expect(studio.problems).toEqual([]);
  });
});
