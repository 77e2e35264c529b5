import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPngHeader } from '../../src/main/figures/png';
import { readPdfTexts, readSvgLines } from '../../src/main/figures/test-support';
import { seriousProblems } from './accessibility';
import { browserPath, inBrowser, startBrowserStudio, type BrowserStudio } from './browser';
import { studioJson, temporaryHome } from './support';

interface Measured {
  mean: number;
  se: number;
  latentDistance: number;
}

interface DemoDocument {
  expert: Measured;
  random: Measured;
  ditto: Measured;
  bc: Measured;
  runs: Record<'worldModel' | 'ditto' | 'bc' | 'evaluation', string>;
}

const { home, remove } = temporaryHome();
let demo: DemoDocument;
let studio: BrowserStudio;
let page: Page;

beforeAll(async () => {
  if (!browserPath) return;
  demo = await studioJson('demo', '--preset', 'nano', '--seed', '3', '--home', home);
  studio = await startBrowserStudio({ home });
  page = studio.page;
});
afterAll(async () => {
  await studio?.close();
  remove();
});

const shown = {
  'learning-curve': {
    words: ['DITTO', 'Behaviour cloning', 'Action accuracy on held-out episodes', 'Gradient steps'],
    runs: ['ditto', 'bc', 'worldModel'],
  },
  'method-comparison': {
    words: ['DITTO', 'Behaviour cloning', 'Return', 'Expert', 'Random'],
    runs: ['evaluation', 'ditto', 'bc'],
  },
  'latent-distance': {
    words: ['DITTO', 'Latent distance on held-out episodes', 'Return', 'Expert'],
    runs: ['evaluation', 'ditto', 'bc'],
  },
  filmstrip: {
    words: ['Step', 'Expert', 'Dream', 'Difference', 'expert brighter'],
    runs: ['ditto', 'worldModel'],
  },
} as const;
type Kind = keyof typeof shown;
const kinds = Object.keys(shown) as Kind[];

const preview = () => page.getByRole('figure').getByRole('img');

/** Shows a figure, and waits until it is drawn. */
async function show(kind: Kind, more = ''): Promise<void> {
  // Away first: the figure before would be there at once.
  await studio.go('/hardware');
  await page.getByRole('heading', { level: 1, name: 'Hardware' }).waitFor();
  await studio.go(`/figures?kind=${kind}${more}`);
  await preview().waitFor();
}

async function saved(format: 'SVG' | 'PDF' | 'PNG' | 'CSV'): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Save as ${format}` }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^[a-z-]+\\.${format.toLowerCase()}$`));
  return readFileSync(await download.path());
}

const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.trim());

/** A table without the comments above it. */
function rowsOf(csv: string): string[][] {
  const lines = csv.trimEnd().split('\n');
  return lines.filter((line) => !line.startsWith('#')).map((line) => line.split(','));
}

/** Whether a saved SVG has the very pixels of the one that the page shows, as the browser draws both. */
function looksLikePreview(svg: string): Promise<boolean> {
  return page.evaluate(`(async () => {
    const pixels = (image) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [900, 600];
      if (image) canvas.getContext('2d').drawImage(image, 0, 0, 900, 600);
      return canvas.toDataURL();
    };
    const own = new Image();
    own.src = URL.createObjectURL(new Blob([${JSON.stringify(svg)}], { type: 'image/svg+xml' }));
    const shown = document.querySelector('figure img');
    await Promise.all([own.decode(), shown.decode()]);
    return pixels(shown) === pixels(own) && pixels(shown) !== pixels(null);
  })()`);
}

/** What poppler reads in a PDF; undefined where it is not installed. */
function popplerText(pdf: Buffer): string | undefined {
  const { status, stdout } = spawnSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

inBrowser('figures of a demo', () => {
  test.each(kinds)('%s is there at once, and each of its files is what it claims to be', async (kind) => {
    const { words, runs } = shown[kind];
    await show(kind);
    const svg = (await saved('SVG')).toString('utf8');
    expect(await looksLikePreview(svg)).toBe(true);
    const texts = textsOf(svg);
    expect(texts).toEqual(expect.arrayContaining([...words]));

    const pdf = await saved('PDF');
    expect(readPdfTexts(pdf).sort()).toEqual([...texts].sort());
    const read = popplerText(pdf)?.replaceAll(/\s+/g, ' ');
    if (read !== undefined) for (const word of words) expect(read).toContain(word);

    await page.getByLabel('Dots an inch of a PNG').selectOption('600');
    const png = await saved('PNG');
    expect((await loadImage(png)).width).toBe(6.75 * 600);
    const header = readPngHeader(png);
    expect(header.dotsPerInch).toBeCloseTo(600, 1);

    const csv = (await saved('CSV')).toString('utf8');
    for (const text of [svg, pdf.toString('latin1'), header.texts['Runs']!, csv]) {
      for (const run of runs) expect(text.includes(demo.runs[run]), run).toBe(true);
    }
    for (const text of [svg, pdf.toString('latin1'), header.texts['Versions']!, csv]) {
      expect(text.includes('ONNX Runtime ')).toBe(true);
    }
  });

  test('the table of a learning curve has the points of its line, which are those of the run', async () => {
    await show('learning-curve', `&runs=${demo.runs.ditto}&metrics=reward`);
    const [head, ...rows] = rowsOf((await saved('CSV')).toString('utf8'));
    expect(head).toEqual(['panel', 'series', 'line', 'gradient steps', 'value', 'low', 'high']);
    const table = rows.map((row) => ({ step: Number(row[3]), value: Number(row[4]) }));
    const measured = readFileSync(join(home, 'runs', demo.runs.ditto, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: number; reward?: number })
      .filter(({ reward }) => reward !== undefined)
      .map(({ step, reward }) => ({ step, value: reward }));
    expect(table).toEqual(measured);
    // After the line of the legend.
    const [, [, ...line] = []] = readSvgLines((await saved('SVG')).toString('utf8'), '#0072B2');
    expect(line).toHaveLength(table.length);
    const [first, last] = [table[0]!, table.at(-1)!];
    const perValue = (line.at(-1)!.y - line[0]!.y) / (last.value - first.value);
    const perStep = (line.at(-1)!.x - line[0]!.x) / (last.step - first.step);
    for (const [index, { step, value }] of table.entries()) {
      expect(line[index]!.x).toBeCloseTo(line[0]!.x + perStep * (step - first.step), 1);
      expect(line[index]!.y).toBeCloseTo(line[0]!.y + perValue * (value - first.value), 1);
    }
  });

  test('methods stand between the expert and random actions, with the numbers of the evaluation', async () => {
    await show('method-comparison');
    const rows = rowsOf((await saved('CSV')).toString('utf8')).slice(1);
    expect(rows.map(([label, mark, value]) => [label, mark, Number(value)])).toEqual([
      ['DITTO', 'mean', demo.ditto.mean],
      ['Behaviour cloning', 'mean', demo.bc.mean],
      ['Expert', 'reference', demo.expert.mean],
      ['Random', 'reference', demo.random.mean],
    ]);
    expect(await preview().getAttribute('alt')).toContain('Expert 200');
    await show('latent-distance');
    const points = rowsOf((await saved('CSV')).toString('utf8')).slice(1, 3);
    expect(points.map(([, run, x, y]) => [run, Number(x), Number(y)])).toEqual([
      [demo.runs.ditto, demo.ditto.latentDistance, demo.ditto.mean],
      [demo.runs.bc, demo.bc.latentDistance, demo.bc.mean],
    ]);
  });

  test('size, type, height and title are as chosen, and in the address', async () => {
    await show('learning-curve');
    await page.getByLabel('Size').selectOption('single-column');
    await page.getByLabel('Type, points').fill('6');
    await page.getByLabel('Height, inches').fill('4');
    await page.getByLabel('Title in the figure').check();
    await page.getByLabel('Title', { exact: true }).fill('How it learned');
    await page.getByText(/^3\.25 × 4\.0\d in/).waitFor();
    const svg = (await saved('SVG')).toString('utf8');
    expect(svg).toMatch(/<svg[^>]* width="234pt" height="28[78]pt"/);
    expect(textsOf(svg)).toContain('How it learned');
    await expect.poll(() => page.url()).toContain('title=How');
    await page.reload();
    await preview().waitFor();
    expect(await page.getByLabel('Type, points').inputValue()).toBe('6');
    expect((await saved('SVG')).toString('utf8')).toBe(svg);
  });

  test('what is typed wrong is said at once, and the figure stays', async () => {
    await show('learning-curve');
    const before = (await saved('SVG')).toString('utf8');
    await page.getByLabel('Type, points').fill('400');
    await page.getByText('From 4 to 40.').waitFor();
    expect((await saved('SVG')).toString('utf8')).toBe(before);
    await page.getByLabel('Type, points').fill('');
    expect(await page.getByText('From 4 to 40.').count()).toBe(0);
  });

  test('without a run or a metric it says what to choose', async () => {
    await studio.go('/figures?runs=');
    await page.getByText('Choose at least one run.').waitFor();
    expect(await page.getByRole('button', { name: 'Save as SVG' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /^Demo world model/ }).check();
    await preview().waitFor();
    await page.getByRole('checkbox', { name: /^Reconstruction loss on held-out episodes/ }).waitFor();
    await studio.go('/figures?metrics=noSuchMetric');
    await page.getByText('None of these runs has measured "noSuchMetric"').waitFor();
  });

  test('a run leads to its figure, and so does the keyboard to the page', async () => {
    await studio.go(`/runs/${demo.runs.evaluation}`);
    await page.getByRole('link', { name: 'Make a figure' }).click();
    await page.getByRole('radio', { name: /^Method comparison/, checked: true }).waitFor();
    await preview().waitFor();
    await studio.go('/');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.getByRole('heading', { level: 1, name: 'Figures' }).waitFor();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const kind of kinds) {
      await show(kind, '&heading=yes');
      expect({ kind, problems: await seriousProblems(page) }).toEqual({ kind, problems: [] });
    }
  });

  test('nothing went wrong behind the page', () => {
    expect(studio.problems).toEqual([]);
  });
});

inBrowser('figures of an empty studio', () => {
  test.each(['light', 'dark'] as const)('each kind says what it needs, %s', async (colorScheme) => {
    const empty = await startBrowserStudio();
    try {
      await empty.page.emulateMedia({ colorScheme });
      const texts = [
        'Nothing has been trained yet',
        'No agent has been evaluated yet',
        'No agent has dreamed yet',
      ];
      for (const [index, kind] of (['learning-curve', 'method-comparison', 'filmstrip'] as const).entries()) {
        await empty.go(`/figures?kind=${kind}`);
        await empty.page.getByRole('heading', { name: texts[index]! }).waitFor();
        expect(await empty.page.getByRole('button', { name: 'Run the demo' }).isVisible()).toBe(true);
        expect(await seriousProblems(empty.page)).toEqual([]);
      }
      expect(empty.problems).toEqual([]);
    } finally {
      await empty.close();
    }
  });
});
