import { app, dialog, Notification, powerSaveBlocker } from 'electron';
import { setMenu } from './menu';
import { answerMessages } from './messages';
import { StudioLink } from './studio-link';
import { showMainWindow } from './window';

/** The shell around the studio process: window, menu, notifications, and the order of the end. */
export function runDesktop(): void {
  let awake: number | undefined;
  const link = new StudioLink({
    onBusy: (busy) => {
      if (busy) awake ??= powerSaveBlocker.start('prevent-app-suspension');
      else if (awake !== undefined) {
        powerSaveBlocker.stop(awake);
        awake = undefined;
      }
    },
    onNotify: (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show();
    },
    onFailed: (message) => {
      dialog.showErrorBox('DITTO Studio cannot start', message);
      app.quit();
    },
  });
  answerMessages(link);
  setMenu();
  showMainWindow();

  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    // The trainer writes its checkpoint first.
    event.preventDefault();
    void link.end().then(() => {
      ended = true;
      app.quit();
    });
  });
}
