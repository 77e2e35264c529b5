// Takes pictures of every page, light and dark, from a studio with a demo in it, into docs/screenshots:
//   npm run studio -- demo --home <folder>
//   npm run screenshots -- --home <folder>
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { projectRoot } from './bootstrap/project.mjs';

const { home } = parseArgs({ options: { home: { type: 'string' } } }).values;
const folder = join(projectRoot, 'docs', 'screenshots');
const size = { width: 1440, height: 900 };

/** The address that the studio prints. @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} */
const addressOf = (child) =>
  new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The studio did not start.')));
    child.stdout?.on('data', (text) => {
      const [address] = /http:\S+/.exec(String(text)) ?? [];
      if (address) resolve(address);
    });
  });

/** Addresses of the pages by the name of their picture; some are of what the demo has made. @param {import('playwright-core').Page} page */
async function pagesOf(page) {
  /** @param {string} list @param {string} pattern */
  const linkOf = async (list, pattern) => {
    await page.evaluate(`location.hash = ${JSON.stringify(list)}`);
    const link = page
      .locator('main')
      .getByRole('link', { name: new RegExp(pattern) })
      .first();
    return String(await link.getAttribute('href')).slice(1);
  };
  const expert = await linkOf('/datasets', 'demo-expert');
  const [worldModel, ditto, evaluation] = [
    await linkOf('/runs?kind=world-model', '^Demo world model'),
    await linkOf('/runs?kind=agent', '^Demo DITTO'),
    await linkOf('/runs?kind=evaluation', '^Demo evaluation'),
  ];
  return {
    overview: '/',
    datasets: '/datasets',
    dataset: expert,
    episode: `${expert}/episodes/0`,
    record: '/record',
    'record-by-keyboard': '/record?by=person',
    import: '/import',
    'train-world-model': '/train/world-model',
    'train-agent': '/train/agent',
    runs: '/runs',
    'world-model': worldModel,
    agent: ditto,
    evaluation,
    theatre: '/theatre',
    compare: '/compare',
    figures: '/figures',
    experiments: '/experiments',
    hardware: '/hardware',
  };
}

/** Some steps into the dreams, when all of them are there. @param {import('playwright-core').Page} page */
async function watchDreams(page) {
  await page.getByText('dreaming…').first().waitFor({ state: 'detached', timeout: 300_000 });
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight');
}

const child = spawn(
  process.execPath,
  ['out/main/studio.js', '--headless', ...(home ? ['--home', home] : [])],
  { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await chromium.launch({
  executablePath: process.env.DITTO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage({ viewport: size });
  await page.goto(await addressOf(child));
  const pages = await pagesOf(page);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    for (const [name, address] of Object.entries(pages)) {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // Charts, frames and dreams arrive after the page.
      await page.waitForTimeout(name === 'hardware' ? 10_000 : 2000);
      if (name === 'theatre') await watchDreams(page);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      console.log(`${name}, ${colorScheme}`);
    }
  }
} finally {
  await browser.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
}
