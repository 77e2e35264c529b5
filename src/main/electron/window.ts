import { app, BrowserWindow, nativeTheme } from 'electron';
import { join } from 'node:path';
import { START_PAGE } from './origin';

/** As in tokens.css, so that the window does not flash before the page is drawn. */
const BACKGROUND = { light: '#f7f7f8', dark: '#17181c' };

/** Opens the main window, or brings it to the front. */
export function showMainWindow(): void {
  const [present] = BrowserWindow.getAllWindows();
  if (present) {
    if (present.isMinimized()) present.restore();
    present.focus();
    return;
  }
  const window = new BrowserWindow({
    title: 'DITTO Studio',
    width: 1200,
    height: 820,
    minWidth: 480,
    minHeight: 400,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    icon: join(app.getAppPath(), 'resources', 'icon.png'),
    webPreferences: {
      preload: join(app.getAppPath(), 'out', 'preload', 'index.cjs'),
      // The dictionary would come from the network.
      spellcheck: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(START_PAGE);
}
