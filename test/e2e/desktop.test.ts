import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import {
  desktopCommand,
  electronFolder,
  inElectron,
  openScreen,
  startDesktop,
  type Desktop,
  type Screen,
} from './electron';
import { studioJson, temporaryHome } from './support';

let home: string;
let remove: (() => void) | undefined;
let screen: Screen;
let desktop: Desktop;
let page: Page;

beforeAll(async () => {
  if (!electronFolder) return;
  ({ home, remove } = temporaryHome());
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
  await page.getByRole('heading', { level: 1 }).waitFor();
}

interface WindowState {
  bounds: { x: number; y: number; width: number; height: number };
  maximized: boolean;
}
const stateFile = (): string => join(home, 'window/window.json');
const windowState = (): WindowState => JSON.parse(readFileSync(stateFile(), 'utf8')) as WindowState;

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });

inElectron('the window', () => {
  test('opens on the real pages', async () => {
    await heading('Welcome to DITTO Studio').waitFor();
    expect(page.url()).toBe('studio://app/index.html');
    expect(await page.title()).toBe('Welcome to DITTO Studio · DITTO Studio');
  });

  test('has a way to its shell, and one to the studio process', async () => {
    expect(await page.evaluate('window.desktop.describe()')).toEqual({
      version: packageJson.version,
      electron: expect.stringMatching(/^\d+\./) as string,
      chrome: expect.stringMatching(/^\d+\./) as string,
    });
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await heading('Hardware').waitFor();
    await page.getByText('onnxruntime:cpu').first().waitFor();
  });

  test('runs the demo at a click, and every page fills', async () => {
    await page.evaluate('location.hash = "/"');
    await page.getByRole('button', { name: 'Only a quick check' }).click();
    await page.getByRole('link', { name: 'See the result' }).waitFor({ timeout: 300_000 });
    const runs = await studioJson<{ state: { status: string } }[]>('runs', '--home', home);
    expect(runs.map(({ state }) => state.status)).toEqual(runs.map(() => 'finished'));
    expect(runs.length).toBe(7);
    await page.getByRole('link', { name: 'See the result' }).click();
    await heading(/^Demo evaluation/).waitFor();
    await page.getByRole('link', { name: /^Demo DITTO/ }).click();
    // Bytes of a file and arrays of numbers, through shell and port.
    await page.getByRole('img', { name: 'Filmstrip of this run' }).waitFor();
    await page.getByRole('figure', { name: /^Imagined reward/ }).waitFor();
    await page.evaluate('location.hash = "/datasets"');
    await page.getByRole('link', { name: /demo-expert/ }).click();
    await heading(/demo-expert/).waitFor();
    await page.locator('canvas').first().waitFor();
  });

  test('is the only one of its home: a second start shows it and ends', async () => {
    const [program, given] = desktopCommand(home);
    const second = spawn(program, given, {
      env: { ...process.env, DISPLAY: screen.display },
      stdio: 'ignore',
    });
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await page.evaluate('document.visibilityState')).toBe('visible');
    expect(page.context().pages()).toHaveLength(1);
  });

  test('comes back where it was, as large and as near; where its file is damaged, as at first', async () => {
    const sized = (): Promise<unknown> => page.evaluate('[window.outerWidth, window.outerHeight]');
    await page.evaluate('(window.resizeTo(910, 690), window.moveTo(60, 80))');
    await expect.poll(() => existsSync(stateFile()) && windowState().bounds.width).toBe(910);
    expect(await desktop.quit()).toBe(0);
    await open();
    expect(windowState()).toMatchObject({ bounds: { x: 60, y: 80, width: 910, height: 690 } });
    expect(await sized()).toEqual([910, 690]);
    expect(await desktop.quit()).toBe(0);
    writeFileSync(stateFile(), JSON.stringify({ ...windowState(), zoomLevel: 1 }));
    await open();
    await expect.poll(() => page.evaluate('window.devicePixelRatio')).toBeCloseTo(1.2);
    for (const damage of [
      '{',
      '{"bounds":{"x":9000,"y":0,"width":1200,"height":820},"maximized":false,"zoomLevel":0}',
    ]) {
      await desktop.quit();
      writeFileSync(stateFile(), damage);
      await open();
      expect(await sized()).toEqual([1200, 820]);
      expect(await page.evaluate('window.screenX < window.screen.width')).toBe(true);
    }
  });

  test('nothing went wrong behind its pages', () => {
    expect(desktop.problems).toEqual([]);
  });
});
