import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationResult } from '../../src/shared/evaluation';
import type { RunRecord } from '../../src/shared/runs';
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
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const field = (name: string) => page.getByRole('textbox', { name });
const finished = () => page.getByText('finished', { exact: true }).first().waitFor({ timeout: 500_000 });
const runs = (kind: RunRecord['kind']): Promise<RunRecord[]> =>
  studioJson<RunRecord[]>('runs', '--home', studio.home).then((all) =>
    all.filter((run) => run.kind === kind),
  );

async function palette(words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

inBrowser('with nothing there', () => {
  test('the forms lead to what is needed first', async () => {
    for (const address of ['/train/world-model', '/train/agent']) {
      await studio.go(address);
      await page.getByText('No demonstrations yet').waitFor();
      expect(await page.getByRole('link', { name: 'Record demonstrations' }).isVisible()).toBe(true);
    }
    await studio.go('/evaluate');
    await page.getByText('No agent to evaluate yet').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Train an agent' }).click();
    await heading('Train an agent').waitFor();
  });

  test('the self-benchmark measures an engine and shows how far it is', async () => {
    await studio.go('/hardware');
    await button('Measure for 10 seconds: ONNX Runtime on the CPU').click();
    await page.getByRole('progressbar', { name: 'Measuring ONNX Runtime on the CPU' }).waitFor();
    await button('Measure again: ONNX Runtime on the CPU').waitFor({ timeout: 120_000 });
    for (const name of ['Matrix products', 'World-model step, nano', 'DITTO step, nano']) {
      await page.getByText(name, { exact: true }).waitFor();
    }
  });
});

inBrowser('the form of a world model', () => {
  beforeAll(async () => {
    const recording = ['record', '--environment', 'pursuit', '--policy', 'expert', '--episodes', '6'];
    await studioJson(...recording, '--home', studio.home);
  });

  test('tells what the training takes before it starts, by the benchmark', async () => {
    await palette('train a world model');
    await heading('Train a world model').waitFor();
    await page.getByText(/^Rests on the self-benchmark of onnxruntime:cpu/).waitFor();
    const parameters = page
      .locator('dt', { hasText: 'Parameters' })
      .locator('xpath=following-sibling::dd[1]');
    expect(await parameters.textContent()).toBe('629K');
    await page.getByRole('radio', { name: 'nano' }).check();
    await expect.poll(() => parameters.textContent()).toBe('32.2K');
  });

  test('checks what is typed at once, and goes back to the preset', async () => {
    await field('Batch size').fill('0');
    await page
      .getByRole('alert')
      .getByText('Batch size cannot be 0: it must be a whole number from 1 to 4096.')
      .waitFor();
    expect(await button('Start').isDisabled()).toBe(true);
    await field('Batch size').fill('5');
    expect(await page.getByText('changed', { exact: true }).count()).toBe(1);
    expect(await button('Start').isEnabled()).toBe(true);
    await field('Seeds').fill('3, 4');
    // In any order: what is entered within a moment is written together.
    const entered = async (): Promise<Record<string, string>> =>
      Object.fromEntries(new URLSearchParams((await page.evaluate<string>('location.hash')).split('?')[1]));
    await expect.poll(entered).toEqual({ preset: 'nano', settings: 'batchSize=5', seeds: '3, 4' });
    await page.reload();
    await page.getByText('2 runs, one for each seed.').waitFor();
    expect(await field('Batch size').inputValue()).toBe('5');
    await field('Seeds').fill('0');
    await button(/^Reset Batch size/).click();
    expect(await field('Batch size').inputValue()).toBe('4');
    expect(await page.getByText('changed', { exact: true }).count()).toBe(0);
  });

  test('finds any setting by its words, with the keyboard alone', async () => {
    await page.getByText('All settings').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Search the settings').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('metrics');
    await page.getByLabel('Log interval').waitFor();
    await expect.poll(() => page.getByLabel('Weight decay').count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.getByText('1 changed').waitFor();
    await button(/^Reset Log interval/).click();
  });

  test('starts a training whose curves appear, which is paused, resumed and finished', async () => {
    await field('Steps').fill('1000');
    await field('Name').fill('My model');
    await button('Start').click();
    await heading('My model').waitFor();
    await page.getByRole('figure', { name: /^Loss\. Training: [\d.]+ at step/ }).waitFor();
    await button('Pause').click();
    await page.getByText('paused', { exact: true }).first().waitFor();
    await button('Resume').click();
    await finished();
    const [model] = await runs('world-model');
    expect(model).toMatchObject({ name: 'My model', preset: 'nano', seed: 0, state: { step: 1000 } });
  });
});

inBrowser('the form of an agent', () => {
  test('queues one run for each seed of each method', async () => {
    await palette('hold');
    await page.getByText(/^Nothing more is started/).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Train an agent…' }).click();
    await heading('Train an agent').waitFor();
    expect(await page.getByRole('radio', { name: 'DITTO' }).isChecked()).toBe(true);
    // The preset wants 8 expert episodes, the dataset has 6: it is prefilled so that it can start.
    expect(await field('Expert episodes').inputValue()).toBe('4');
    await page.getByRole('radio', { name: 'nano' }).check();
    await field('Seeds').fill('0, 1');
    await page.getByText('2 runs, one for each seed.').waitFor();
    await button('Add to queue').click();
    await page.getByText('2 runs added to the queue: DITTO in pursuit.').waitFor();
    await page.getByRole('radio', { name: 'D-BC' }).check();
    await button('Add to queue').click();
    await page.getByText('2 runs added to the queue: D-BC in pursuit.').waitFor();
  });

  test('in a queue that can be put in another order; no engine is measured while it works', async () => {
    await studio.go('/runs');
    const waiting = page.getByRole('region', { name: 'Queue' }).getByRole('listitem');
    const names = async (): Promise<string[]> =>
      (await waiting.allTextContents()).map((text) => text.trim().replace(/^\d\. /, ''));
    const [ditto, clone] = ['DITTO in pursuit', 'D-BC in pursuit'];
    const seeds = (name: string): string[] => [`${name}, seed 0`, `${name}, seed 1`];
    await expect.poll(names).toEqual([...seeds(ditto), ...seeds(clone)]);
    await button(`Move ${clone}, seed 1 up`).click();
    await expect.poll(names).toEqual([...seeds(ditto), ...seeds(clone).reverse()]);
    await button(`Move ${ditto}, seed 0 down`).click();
    await expect.poll(names).toEqual([...seeds(ditto).reverse(), ...seeds(clone).reverse()]);
    await button('Go on').click();
    await studio.go('/hardware');
    await button('Measure again: ONNX Runtime on the CPU').click();
    await page.getByText(/^A run is at work, which would slow the measurement/).waitFor();
    const ended = async (): Promise<string[]> =>
      (await runs('agent')).filter(({ state }) => state.status === 'finished').map(({ name }) => name);
    await expect.poll(ended, { timeout: 300_000, interval: 1000 }).toHaveLength(4);
  });

  test('and begins again from a run with all that was set', async () => {
    const run = (await runs('agent')).find(({ name }) => name === 'D-BC in pursuit, seed 1')!;
    await studio.go(`/runs/${run.id}`);
    await page.getByRole('link', { name: 'Again with changes…' }).click();
    await heading('Train an agent').waitFor();
    expect(await page.getByRole('radio', { name: 'D-BC' }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: 'nano' }).isChecked()).toBe(true);
    expect(await field('Seeds').inputValue()).toBe('1');
    expect(await field('Expert episodes').inputValue()).toBe('4');
    await page.getByText(/^Rests on 2 earlier runs of D-BC with onnxruntime:cpu here/).waitFor();
  });
});

inBrowser('the form of an evaluation', () => {
  test('lets all agents and two policies play, and ends in a table', async () => {
    await palette('evaluate');
    await heading('Evaluate').waitFor();
    await page.getByText('4 agents and 2 policies play 20 episodes each.').waitFor();
    await page.getByRole('checkbox', { name: /^random/ }).uncheck();
    await field('Episodes').fill('3');
    await expect.poll(() => page.evaluate('location.hash')).toContain('settings=episodes%3D3');
    await page.reload();
    await page.getByText('4 agents and 1 policy play 3 episodes each.').waitFor();
    await page.getByRole('checkbox', { name: /^random/ }).check();
    await button('Start').click();
    await heading('Evaluation in pursuit').waitFor();
    await finished();
    const rows = page.getByRole('table').getByRole('row');
    await expect.poll(() => rows.count()).toBe(1 + 2 + 4);
    const [evaluation] = await runs('evaluation');
    const results = evaluation!.state.summary!['results'] as unknown as EvaluationResult[];
    expect(results.map(({ episodes }) => episodes)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(results.filter(({ latentDistance }) => latentDistance !== undefined)).toHaveLength(4);
  });
});

inBrowser('an evaluation where nobody can play', () => {
  test('says so, and where the held-out measures are', async () => {
    await studio.go('/evaluate?environment=elsewhere');
    await page
      .getByText('The studio does not have the environment elsewhere, so nobody can play there.')
      .waitFor();
    expect(await button('Start').isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'compare them' }).click();
    await heading('Compare').waitFor();
  });
});

inBrowser('all of the forms', () => {
  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const [address, title] of [
      ['/train/world-model', 'Train a world model'],
      ['/train/agent', 'Train an agent'],
      ['/evaluate', 'Evaluate'],
      ['/hardware', 'Hardware'],
    ] as const) {
      await studio.go(address);
      await heading(title).waitFor();
      if (title.startsWith('Train')) {
        await page.getByText('All settings').click();
        await page.getByLabel('Search the settings').waitFor();
      }
      expect({ address, problems: await seriousProblems(page) }).toEqual({ address, problems: [] });
    }
  });

  test('nothing went wrong behind the pages', () => {
    expect(studio.problems).toEqual([]);
  });
});
