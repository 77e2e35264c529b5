import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DreamerProcess } from '../../src/main/studio/dreamer-process';
import type { Dream, DreamRequest } from '../../src/shared/dreams';
import type { RunRecord } from '../../src/shared/runs';
import { seriousProblems } from './accessibility';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studio as command, studioJson, temporaryHome } from './support';

const { home, remove } = temporaryHome();
let studio: BrowserStudio;
let page: Page;
let runs: RunRecord[];

beforeAll(async () => {
  const demo = await command('demo', '--preset', 'nano', '--home', home);
  if (demo.code !== 0) throw new Error(demo.stderr);
  runs = await studioJson('runs', '--home', home);
  if (!browserPath) return;
  studio = await startBrowserStudio({ home });
  page = studio.page;
}, 240_000);
afterAll(async () => {
  await studio?.close();
  remove();
});

const runOf = (kind: string, method?: string): RunRecord =>
  runs.find((run) => run.kind === kind && (method === undefined || run.configuration['method'] === method))!;
const pane = (title: string) => page.getByRole('article', { name: title, exact: true });
const scrubber = () => page.getByRole('slider', { name: 'Step' });
const step = async (): Promise<number> => Number(await scrubber().inputValue());
/** The grey levels that a pane shows. */
const picture = (title: string, index = 0): Promise<number[]> =>
  page.evaluate<number[]>(
    `[...document.querySelectorAll('article[aria-label="${title}"] canvas')[${index}]
      .getContext('2d').getImageData(0, 0, 64, 64).data]`,
  );

test('the process that dreams gives the same dream again after it was killed', async () => {
  const dreamer = new DreamerProcess(home, join(import.meta.dirname, '../../out/main/dreamer.js'));
  const { id: agent, datasets } = runOf('agent', 'ditto');
  const request: DreamRequest = {
    expert: { dataset: datasets[0]!.id, episode: 0 },
    dreams: [{ agent, worldModel: null, seed: 3, start: 10, context: 5, steps: 30 }],
  };
  async function dream(): Promise<Dream[]> {
    for await (const told of dreamer.dream(request, new AbortController().signal)) {
      if (told.type === 'done') return told.result;
    }
    throw new Error('the dream had no end');
  }
  try {
    const before = await dream();
    expect(before[0]).toMatchObject({ first: 5, context: 5, agent: { runId: agent } });
    expect(new Set(before[0]!.frames).size).toBeGreaterThan(3);
    const interrupted = dream();
    process.kill(dreamer.pid!, 'SIGKILL');
    await expect(interrupted).rejects.toThrow(/has died.*try again/);
    expect(await dream()).toEqual(before);
  } finally {
    await dreamer.close();
  }
});

inBrowser('after a demo', () => {
  test('the theatre shows dreams of its agents at once', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { level: 1, name: 'Theatre' }).waitFor();
    for (const title of ['Expert', 'Expert’s actions', 'DITTO', 'Behaviour cloning'])
      await pane(title).waitFor();
    await pane('DITTO')
      .getByText(/^distance 0\.\d+$/)
      .waitFor();
    expect(await step()).toBe(5);
    expect(new Set(await picture('DITTO')).size).toBeGreaterThan(3);
  });

  test('it is played, stepped, scrubbed and looped by keyboard', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await step()).toBe(16);
    await page.keyboard.press('Home');
    expect(await step()).toBe(0);
    await pane('DITTO').getByText('seen by the model').waitFor();
    const shown = await picture('DITTO');
    await page.keyboard.press('End');
    expect(await step()).toBe(54);
    expect(await picture('DITTO')).not.toEqual(shown);
    await page.keyboard.press('l');
    for (let press = 0; press < 2; press++) await page.keyboard.press(']');
    expect(await page.getByLabel('Speed').inputValue()).toBe('4');
    await page.keyboard.press(' ');
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add(await step()) && Math.min(...seen) < 20 && Math.max(...seen) > 40, {
        interval: 5,
      })
      .toBe(true);
    await page.keyboard.press(' ');
    const stopped = await step();
    expect(await step()).toBe(stopped);
  });

  test('differences are drawn beside the dreams', async () => {
    await page.keyboard.press('d');
    await page.getByText(/^Differences: white where both are equal/).waitFor();
    const difference = await picture('DITTO', 1);
    expect(difference.some((level, index) => index % 4 === 0 && level !== difference[index + 2])).toBe(true);
    await page.keyboard.press('d');
  });

  test('the alignment is edited, and kept in the address', async () => {
    await page.getByLabel('Dreams begin at').fill('20');
    await page.getByLabel('Dreams begin at').press('Enter');
    await expect.poll(step).toBe(20);
    await page.getByLabel('Steps seen').fill('12');
    await page.getByLabel('Steps seen').press('Enter');
    await expect.poll(() => scrubber().getAttribute('min')).toBe('8');
    expect(page.url()).toContain('start=20&context=12');
    await page.getByLabel('Steps seen').fill('99');
    await page.getByLabel('Steps seen').press('Enter');
    await expect.poll(() => scrubber().getAttribute('min')).toBe('0');
  });

  test('one more dream of the same agent has another seed', async () => {
    const { id } = runOf('agent', 'ditto');
    await page.getByLabel('Who else dreams').selectOption(id);
    await page.getByRole('button', { name: 'Add a dream' }).click();
    await pane('DITTO · seed 1')
      .getByText(/^distance/)
      .waitFor();
    await page.keyboard.press('End');
    expect(await picture('DITTO · seed 1')).not.toEqual(await picture('DITTO · seed 0'));
    await page.getByRole('button', { name: 'Remove Behaviour cloning' }).click();
    await expect.poll(() => pane('Behaviour cloning').count()).toBe(0);
    await pane('DITTO · seed 1')
      .getByText(/^distance/)
      .waitFor();
  });

  test('a person takes over by keyboard, hands back, and ends', async () => {
    await page.getByRole('heading', { level: 1 }).focus();
    await page.keyboard.press('t');
    await page.getByText('Press a key of the game to begin.').waitFor();
    const begun = await step();
    await page.keyboard.down('ArrowLeft');
    const mine = pane('You, from DITTO · seed 0');
    await expect.poll(step, { timeout: 10_000 }).toBeGreaterThan(begun + 5);
    await page.keyboard.up('ArrowLeft');
    await page.getByText(/^\d+\.\d steps a second$/).waitFor();
    await page.keyboard.press('t');
    await page.getByText('Back in the hands of DITTO · seed 0').waitFor();
    const handed = await step();
    await expect.poll(step, { timeout: 10_000 }).toBeGreaterThan(handed + 3);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Take over the dream/ }).waitFor();
    const last = Number(await scrubber().getAttribute('max'));
    await page.keyboard.press('End');
    expect(await step()).toBe(last);
    await mine.getByText('imagined').waitFor();
    await page.evaluate(`document.querySelector('input[type=range]').focus()`);
    await page.keyboard.press('Home');
    for (let press = 0; press <= begun + 2; press++) await page.keyboard.press('ArrowRight');
    expect(await mine.locator('p').textContent()).toContain('left');
  });

  test('an agent’s run and an episode lead here', async () => {
    await studio.go(`/runs/${runOf('agent', 'bc').id}`);
    await page.getByRole('link', { name: 'Watch it dream' }).click();
    await pane('Behaviour cloning')
      .getByText(/^distance/)
      .waitFor();
    expect(await pane('DITTO').count()).toBe(0);
    await studio.go(`/datasets/${runOf('agent', 'bc').datasets[0]!.id}/episodes/1`);
    await scrubber().waitFor();
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('link', { name: 'Dream from here' }).click();
    await pane('DITTO')
      .getByText(/^distance/)
      .waitFor();
    expect(await page.getByLabel('Episode').inputValue()).toBe('1');
    expect(await step()).toBe(30);
  });

  test('a world model shows how it paints what it has not learned from', async () => {
    await studio.go(`/runs/${runOf('world-model').id}`);
    await page.getByRole('heading', { name: 'Reconstructions after 60 gradient steps' }).waitFor();
    await page.getByRole('figure', { name: /^Error after 5 steps .* open loop [\d.]+$/ }).waitFor();
    const rows = page.getByRole('img', { name: /^(Input|Posterior|Prior|Open loop) of episode/ });
    expect(await rows.count()).toBe(4);
    const painted = await page.evaluate<number[]>(
      `{
        const strip = document.querySelector('canvas[aria-label^="Open loop"]');
        [...strip.getContext('2d').getImageData(strip.width - 64, 0, 64, 64).data];
      }`,
    );
    expect(new Set(painted).size).toBeGreaterThan(3);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Watch it dream' }).click();
    await pane('Expert’s actions')
      .getByText(/^distance/)
      .waitFor();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await studio.go('/theatre');
    await pane('DITTO')
      .getByText(/^distance/)
      .waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('an episode that is not there is said so', async () => {
    await studio.go('/theatre?episode=99');
    await page
      .getByRole('alert')
      .getByText(/has no episode 99/)
      .waitFor();
  });

  test('nothing went wrong behind the pages', () => {
    expect(studio.problems).toEqual([]);
  });
});
