import { app, dialog, Notification, powerSaveBlocker } from 'electron';
import { reloadAfterCrash } from './crashed-page';
import { setMenu } from './menu';
import { answerMessages } from './messages';
import { StudioLink } from './studio-link';
import { showMainWindow } from './window';

/** The shell around the studio process: window, menu, notifications, and the order of the end. */
export function runDesktop(home: string): void {
  let ending = false;
  const link = new StudioLink(home, {
    onBusy: stayAwake(),
    onNotify: notify,
    onFailed: (message) => {
      dialog.showErrorBox('DITTO Studio cannot start', message);
      app.quit();
    },
  });
  answerMessages(link);
  reloadAfterCrash(link);
  setMenu();
  showMainWindow();

  app.on('activate', showMainWindow);
  app.on('second-instance', () => {
    // Too late to stay: start again after the end.
    if (ending) app.relaunch();
    else showMainWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    // The trainer writes its checkpoint first.
    event.preventDefault();
    if (ending) return;
    ending = true;
    void link.end().then(() => {
      ended = true;
      app.quit();
    });
  });
}

/** Keeps the machine from sleeping while something trains. */
function stayAwake(): (busy: boolean) => void {
  let blocker: number | undefined;
  return (busy) => {
    if (busy) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };
}

function notify(title: string, body: string): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', showMainWindow);
  notification.show();
}
