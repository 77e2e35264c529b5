import { app, type IpcMainInvokeEvent, type Session } from 'electron';
import { isOwnPage, ORIGIN } from './origin';

/** Every page, present and future, stays on the application's own origin and opens no other. */
export function confineContents(): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
  });
}

/**
 * Electron grants every permission unless told otherwise; the application needs no network and one permission, to write
 * text into the clipboard when a person presses a button.
 */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) =>
    decide(isGranted(permission) && isOwnPage(contents.getURL())),
  );
  session.setPermissionCheckHandler((_, permission, origin) => isGranted(permission) && isOwnPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] },
    (_, decide) => decide({ cancel: true }),
  );
}

const isGranted = (permission: string): boolean => permission === 'clipboard-sanitized-write';

/** Whether a message comes from the main frame of one of the application's own pages. */
export function isFromOwnPage({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.origin === ORIGIN;
}
