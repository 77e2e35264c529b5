import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme } from 'electron';
import { START_PAGE } from './origin';
import { keepWindowState, readWindowState } from './window-state';

/** As in tokens.css, so that the window does not flash before the page is drawn. */
const BACKGROUND = { light: '#f7f7f8', dark: '#17181c' };

/** Opens the main window, or brings it to the front. */
export function showMainWindow(): BrowserWindow {
  const [present] = BrowserWindow.getAllWindows();
  if (!present) return openWindow();
  if (present.isMinimized()) present.restore();
  present.show();
  present.focus();
  return present;
}

function openWindow(): BrowserWindow {
  const { place, maximized, zoomLevel } = readWindowState();
  const window = new BrowserWindow({
    title: 'DITTO Studio',
    ...(place ?? { width: 1200, height: 820 }),
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
  if (maximized) window.maximize();
  keepWindowState(window);
  window.once('ready-to-show', () => window.show());
  window.webContents.once('did-finish-load', () => window.webContents.setZoomLevel(zoomLevel));
  void window.loadURL(START_PAGE);
  return window;
}
