import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, screen, type BrowserWindow } from 'electron';
import { z } from 'zod';
import { readJson, writeJson } from '../trainer/files';
import { placeWindow, type Rectangle } from './window-place';

const pixels = z.int().min(-100_000).max(100_000);
const schema = z.strictObject({
  /** Of the window when it is not maximised, in device-independent pixels. */
  bounds: z.strictObject({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }),
  maximized: z.boolean(),
  /** Chromium's: 0 is 100 %, each step 20 %. */
  zoomLevel: z.number().min(-8).max(9),
});
export type WindowState = z.infer<typeof schema>;

const quietMilliseconds = 500;
const file = (): string => join(app.getPath('userData'), 'window.json');

/** How the window was left, if that is known and fits the present screens. */
export function readWindowState(): { place?: Rectangle; maximized: boolean; zoomLevel: number } {
  if (!existsSync(file())) return { maximized: false, zoomLevel: 0 };
  try {
    const { bounds, ...rest } = readJson(file(), schema);
    const place = placeWindow(
      bounds,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    return { ...(place && { place }), ...rest };
  } catch {
    // Not worth a message: the window opens as it did the first time.
    return { maximized: false, zoomLevel: 0 };
  }
}

/** Writes down the window's state whenever that has changed, and at its end. */
export function keepWindowState(window: BrowserWindow): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    const state: WindowState = {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      zoomLevel: window.webContents.getZoomLevel(),
    };
    try {
      mkdirSync(app.getPath('userData'), { recursive: true });
      writeJson(file(), state, { durable: false });
    } catch (error) {
      console.error('The place of the window could not be written down:', error);
    }
  };
  const writeSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, quietMilliseconds);
  };
  window.on('resize', writeSoon).on('move', writeSoon);
  window.on('maximize', writeSoon).on('unmaximize', writeSoon);
  window.on('close', write);
}
