import { app, session } from 'electron';
import { join } from 'node:path';
import { runDesktop } from './electron/desktop';
import { openHome } from './electron/home';
import { registerScheme, serveFolder } from './electron/protocol';
import { confineContents, confineSession } from './electron/security';

// The one who starts it in a container as root has to say --no-sandbox, and Electron lets this call win over that.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
confineContents();

const home = openHome();
if (home !== undefined && app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => {
    confineSession(session.defaultSession);
    serveFolder(session.defaultSession, join(app.getAppPath(), 'out', 'renderer'));
    runDesktop(home);
  });
} else if (home !== undefined) {
  // The application that already runs on this home shows its window instead.
  app.quit();
}
