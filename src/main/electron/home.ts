import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog } from 'electron';
import { describeError } from '../../shared/errors';
import { writableHome } from '../studio/writable-home';

/**
 * The studio's home, from `--home` on the command line or where it is by default; undefined, after a message, where it
 * cannot be. What the window remembers lies in it, too: so each home has one window, and two homes have nothing in common.
 */
export function openHome(): string | undefined {
  const { values } = parseArgs({
    args: process.argv.slice(1),
    options: { home: { type: 'string' } },
    // Chromium's switches stand there, too.
    ...{ strict: false, allowPositionals: true },
  });
  try {
    const home = writableHome(typeof values.home === 'string' ? values.home : undefined);
    app.setPath('userData', join(home, 'window'));
    return home;
  } catch (error) {
    const message = describeError(error);
    void app.whenReady().then(() => {
      dialog.showErrorBox('DITTO Studio cannot start', message);
      app.exit(1);
    });
    return undefined;
  }
}
