import { app, session } from 'electron';
import { join } from 'node:path';
import { runDesktop } from './electron/desktop';
import { registerScheme, serveFolder } from './electron/protocol';
import { confineContents, confineSession } from './electron/security';
import { showMainWindow } from './electron/window';

// The one who starts it in a container as root has to say --no-sandbox, and Electron lets this call win over that.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
confineContents();

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', showMainWindow);
  app.on('activate', showMainWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(() => {
    confineSession(session.defaultSession);
    serveFolder(session.defaultSession, join(app.getAppPath(), 'out', 'renderer'));
    runDesktop();
  });
} else {
  // The application that already runs shows its window instead.
  app.quit();
}
