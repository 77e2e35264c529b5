import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetRecord } from '../../src/shared/runs';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studioJson } from './support';

const fixtures = join(import.meta.dirname, '../../src/main/datasets/import/fixtures');

let studio: BrowserStudio;
let page: Page;

beforeAll(async () => {
  if (!browserPath) return;
  studio = await startBrowserStudio();
  page = studio.page;
});
afterAll(() => studio?.close());

const datasets = (): Promise<DatasetRecord[]> => studioJson('datasets', '--home', studio.home);
const dataset = async (id: string): Promise<DatasetRecord> => {
  const found = (await datasets()).find((candidate) => candidate.id === id);
  if (!found) throw new Error(`there is no dataset ${id}`);
  return found;
};
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const episodes = () => page.getByRole('listbox', { name: 'Episodes' });

inBrowser('from an empty studio', () => {
  test('the list offers the three ways to get episodes', async () => {
    await studio.go('/datasets');
    await page.getByText('No demonstrations yet').waitFor();
    await page.getByRole('link', { name: 'Record an expert' }).click();
    await heading('Record demonstrations').waitFor();
  });

  test('an expert is recorded while its preview plays', async () => {
    await page.getByLabel('Episodes', { exact: true }).fill('4');
    await page.getByText(/^Live: episode 1 of seed 0/).waitFor();
    await button('Record 4 episodes').click();
    await page.getByRole('link', { name: 'Look at the dataset' }).click();
    await heading('Pursuit expert').waitFor();
    expect(await dataset('pursuit-expert')).toMatchObject({ episodes: 4, environment: 'pursuit' });
    await page.getByText('Recorded here, and never edited.').waitFor();
    expect(await episodes().getByRole('option').count()).toBe(4);
  });

  test('what is typed wrong is said at once, and not recorded', async () => {
    await studio.go('/record?environment=balance');
    await page.getByLabel('Episodes', { exact: true }).fill('0');
    await page.getByText('Episodes: give a whole number from 1 to 1000000.').waitFor();
    expect(await button(/^Record/).isDisabled()).toBe(true);
  });
});

inBrowser('playing by keyboard', () => {
  test('an episode is kept, another discarded, and the pace is shown', async () => {
    await studio.go('/record?by=person&environment=rally');
    await page.getByText('0 kept, 0 discarded').waitFor();
    await page.getByRole('application').focus();
    for (const verdict of ['Enter', 'Backspace', 'Enter']) {
      await page.getByText('a key of the game to begin').waitFor();
      await page.keyboard.down('ArrowLeft');
      await page.getByText(/^Step ([5-9]|\d\d) of 400/).waitFor();
      await page.keyboard.up('ArrowLeft');
      await page.keyboard.press('Escape');
      await page.getByText(/^Return .* in \d+ steps?\./).waitFor();
      await page.getByText(/^1[45]\.\d frames a second/).waitFor();
      await page.keyboard.press(verdict);
    }
    await page.getByText('2 kept, 1 discarded').waitFor();
    const kept = await dataset('rally-by-hand');
    expect(kept).toMatchObject({ episodes: 2, environment: 'rally' });
    await page.getByRole('link', { name: 'Look at the dataset' }).click();
    await heading('Rally by hand').waitFor();
    await page.getByRole('cell', { name: 'person' }).first().waitFor();
  });
});

inBrowser('an episode', () => {
  test('is played, stepped and scrubbed by keyboard', async () => {
    await studio.go('/datasets/pursuit-expert/episodes/1');
    const step = page.getByRole('slider', { name: 'Step' });
    await step.waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await step.inputValue()).toBe('11');
    await page.keyboard.press(' ');
    await expect.poll(async () => Number(await step.inputValue())).toBeGreaterThan(14);
    await page.keyboard.press(' ');
    const shown = Number(await step.inputValue());
    await page.keyboard.press('ArrowLeft');
    expect(await step.inputValue()).toBe(String(shown - 1));
    const colours = await page.evaluate<number>(
      "new Set(document.querySelector('canvas').getContext('2d').getImageData(0, 0, 64, 64).data).size",
    );
    expect(colours).toBeGreaterThan(3);
  });

  test('is flagged with a note', async () => {
    await page.keyboard.press('f');
    await page.getByLabel('Note, for whoever looks next').fill('drifts off');
    await page.keyboard.press('Enter');
    await page.getByText('drifts off').waitFor();
    await studio.go('/datasets/pursuit-expert');
    await page.getByLabel('Flagged only (1)').check();
    await page.getByRole('option', { name: /Episode 1 .*flagged drifts off/ }).waitFor();
    await page.getByLabel('Flagged only (1)').uncheck();
  });

  test('is trimmed in place, as no run needs the dataset', async () => {
    const before = await dataset('pursuit-expert');
    await studio.go('/datasets/pursuit-expert/episodes/2');
    await page.getByRole('slider', { name: 'Step' }).waitFor();
    for (const key of ['Shift+ArrowRight', 'i', 'Shift+ArrowRight', 'Shift+ArrowRight', 'o', 't']) {
      await page.keyboard.press(key);
    }
    await page.getByText('Steps 10 to 30 stay').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Trim', exact: true }).click();
    await heading('Pursuit expert').waitFor();
    await page.getByText(/^Kept 21 of the \d+ steps of episode 2, from step 10 on\./).waitFor();
    const after = await dataset('pursuit-expert');
    expect(after.steps).toBeLessThan(before.steps);
    expect(after.contentHash).not.toBe(before.contentHash);
  });
});

inBrowser('a dataset', () => {
  test('loses its flagged episodes in a copy', async () => {
    await studio.go('/datasets/pursuit-expert');
    await button('Choose flagged').click();
    await episodes().focus();
    await page.keyboard.press('Delete');
    await page.getByLabel(/A new dataset/).check();
    await page.getByLabel('Name of the new dataset').fill('Good ones');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await heading('Good ones').waitFor();
    expect(await dataset('good-ones')).toMatchObject({ episodes: 3 });
    expect(await dataset('pursuit-expert')).toMatchObject({ episodes: 4 });
  });

  test('is split in two, and the parts are merged again', async () => {
    await episodes().focus();
    await page.keyboard.press(' ');
    await button('Split…').click();
    await page.getByLabel(/Name for the 1 chosen/).fill('First');
    await page.getByLabel('Name for the other 2 episodes').fill('Rest');
    await page.getByRole('dialog').getByRole('button', { name: 'Split' }).click();
    await page.getByLabel('Select First').check();
    await page.getByLabel('Select Rest').check();
    await button('Merge 2…').click();
    await page.getByLabel('Name of the new dataset').fill('Again');
    await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click();
    await heading('Again').waitFor();
    const { contentHash } = await dataset('again');
    expect(contentHash).toBe((await dataset('good-ones')).contentHash);
  });

  test('of another environment cannot be merged with it', async () => {
    await studio.go('/datasets');
    await page.getByLabel('Select Again').check();
    await page.getByLabel('Select Rally by hand').check();
    await button('Merge 2…').click();
    await page.getByText(/These are of different environments/).waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('is deleted', async () => {
    await studio.go('/datasets/first');
    await button('Delete…').click();
    await button('Delete dataset').click();
    await heading('Datasets').waitFor();
    expect((await datasets()).map(({ id }) => id)).not.toContain('first');
  });

  test('that is not there says so', async () => {
    await studio.go('/datasets/first');
    await page
      .getByRole('alert')
      .getByText(/There is no dataset at this path/)
      .waitFor();
  });
});

inBrowser('importing', () => {
  test('asks what the files do not tell, then imports', async () => {
    await studio.go('/import');
    await page.getByLabel(/^File or folder/).fill(join(fixtures, 'bad/unclear.npz'));
    await page.keyboard.press('Enter');
    await page.getByText(/may be a real action or a dummy/).waitFor();
    await page.getByLabel('Environment').fill('elsewhere');
    expect(await button('Import 1 episode').isDisabled()).toBe(true);
    await page.getByLabel(/Gymnasium:/).check();
    await button('Import 1 episode').click();
    await heading('unclear').waitFor();
    expect(await dataset('unclear')).toMatchObject({ environment: 'elsewhere', episodes: 1, steps: 3 });
  });

  test('says what is wrong with a file', async () => {
    await studio.go('/import');
    await page.getByLabel(/^File or folder/).fill(join(fixtures, 'bad/objects.npz'));
    await page.keyboard.press('Enter');
    await page.getByText(/Python objects, which could run code/).waitFor();
  });

  test('a file dropped in a browser is copied to the studio first', async () => {
    const episode = readFileSync(join(fixtures, 'minari/1.npz')).toString('base64');
    const transfer = await page.evaluateHandle(
      `const data = new DataTransfer();
      const bytes = Uint8Array.from(atob('${episode}'), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], 'dropped.npz'));
      data`,
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.getByText('There is one observation more than actions.').waitFor();
    await page.getByLabel('Environment').fill('elsewhere');
    await button('Import 1 episode').click();
    await heading('dropped').waitFor();
    expect(await dataset('dropped')).toMatchObject({ episodes: 1, steps: 5 });
    await expect.poll(() => readdirSync(join(studio.home, 'uploads'))).toEqual([]);
  });
});

test('no page logged an error', () => {
  expect(studio.problems).toEqual([]);
});
