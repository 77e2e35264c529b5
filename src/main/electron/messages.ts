import { app, ipcMain } from 'electron';
import { desktopChannels, type DesktopDescription } from '../../shared/desktop';
import { isFromOwnPage } from './security';

/** Answers what the preload script asks. */
export function answerMessages(): void {
  ipcMain.handle(desktopChannels.describe, (event): DesktopDescription => {
    if (!isFromOwnPage(event)) throw new Error('Refused: this message is not from a page of DITTO Studio.');
    const { electron, chrome, node } = process.versions;
    return { version: app.getVersion(), electron, chrome, node };
  });
}
